import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const repository = fileURLToPath(new URL('../..', import.meta.url))

export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * A small project in a temporary folder, made of copies of ours and files planted for the test. Guarantees: when the
 * test is over, also by its time limit, the folder is gone and nothing it started still runs, children of children
 * included.
 */
export class ScratchProject {
  readonly root = mkdtempSync(join(tmpdir(), 'surefill-scratch-'))

  readonly #groups: number[] = []

  constructor() {
    onTestFinished(() => this.#end())
  }

  copy(...paths: readonly string[]): this {
    for (const path of paths) cpSync(join(repository, path), join(this.root, path), { recursive: true })
    return this
  }

  linkModules(): this {
    symlinkSync(join(repository, 'node_modules'), join(this.root, 'node_modules'))
    return this
  }

  write(path: string, text: string, mode = 0o644): this {
    const target = join(this.root, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
    chmodSync(target, mode)
    return this
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8')
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true })
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const options = { cwd: this.root, env: { ...process.env, ...env }, detached: true }
    const child = spawn(process.execPath, [...args], options)
    if (child.pid !== undefined) this.#groups.push(child.pid)
    return child
  }

  async run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return outcomeOf(this.start(args, env))
  }

  #end(): void {
    for (const group of this.#groups) {
      try {
        process.kill(-group, 'SIGKILL')
      } catch {
        // It has ended by itself, as it should.
      }
    }
    rmSync(this.root, { recursive: true, force: true })
  }
}

export async function outcomeOf(child: ReturnType<ScratchProject['start']>): Promise<Outcome> {
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (piece) => {
    stdout += piece
  })
  child.stderr.on('data', (piece) => {
    stderr += piece
  })
  await once(child, 'close')
  return { code: child.exitCode, signal: child.signalCode, stdout, stderr }
}
