import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** Longer than any honest run of these tests: a change that loops for ever has been noticed. */
const LIMIT_MS = 30_000

const PARTS = ['bin', 'config', 'src', 'test', 'tools', 'package.json', 'tsconfig.json', 'vitest.config.ts']

/** A copy of sources and tests that may be broken at will; the working tree is never touched. */
export class TestCopy implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'surefill-mutants-'))
  #group: number | undefined

  /** With more than these parts, tests that read the documents or build the package can run in it too. */
  constructor(repository: string, parts: readonly string[] = PARTS) {
    for (const part of parts) {
      if (existsSync(join(repository, part))) cpSync(join(repository, part), join(this.root, part), { recursive: true })
    }
    symlinkSync(resolve(repository, 'node_modules'), join(this.root, 'node_modules'))
  }

  /** Whether the tests pass with `text` in place of the file; the file is put back. */
  async passesWith(file: string, text: string, tests: readonly string[]): Promise<boolean> {
    const path = join(this.root, file)
    const original = readFileSync(path, 'utf8')
    writeFileSync(path, text)
    try {
      return await this.passes(tests)
    } finally {
      writeFileSync(path, original)
    }
  }

  async passes(tests: readonly string[]): Promise<boolean> {
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--bail=1', '--maxWorkers=1', ...tests]
    return (await this.run(args, LIMIT_MS)).code === 0
  }

  /** `code` is absent when it ran longer than `limitMs` and was ended. */
  run(args: readonly string[], limitMs: number): Promise<{ readonly code?: number; readonly output: string }> {
    // A group of its own, because a test that loops for ever sits in a child of the child and hears no polite signal.
    const child = spawn(process.execPath, args, {
      cwd: this.root,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    this.#group = child.pid
    const limit = setTimeout(() => this.#killGroup(), limitMs)
    const pieces: Buffer[] = []
    const keep = (piece: Buffer): void => void pieces.push(piece)
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    return new Promise<{ code?: number; output: string }>((settle, reject) => {
      child.on('error', reject)
      child.on('exit', (code) =>
        settle({ ...(code === null ? {} : { code }), output: Buffer.concat(pieces).toString('utf8') }),
      )
    }).finally(() => {
      clearTimeout(limit)
      this.#killGroup()
    })
  }

  #killGroup(): void {
    if (this.#group === undefined) return
    try {
      process.kill(-this.#group, 'SIGKILL')
    } catch {
      // Nobody is left in it, which is what was wanted.
    }
    this.#group = undefined
  }

  [Symbol.dispose](): void {
    this.#killGroup()
    rmSync(this.root, { recursive: true, force: true })
  }
}
