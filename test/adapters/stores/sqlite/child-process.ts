import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const PROGRAM = fileURLToPath(new URL('./committing-child.ts', import.meta.url))

export interface Committing {
  readonly process: ChildProcess
  /** Every line it has written, complete once `ended` has settled. */
  readonly lines: readonly string[]
  /** Settles with the line that is written next after at least `count`. */
  until(count: number): Promise<void>
  readonly ended: Promise<void>
}

/** Starts a process that commits; `prefix` is a program that runs it. It never outlives the test. */
export function startCommitting(args: readonly (string | number)[], prefix: readonly string[] = []): Committing {
  const [program = process.execPath, ...rest] = [...prefix, process.execPath, PROGRAM, ...args.map(String)]
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => lines.push(line))
  const ended = Promise.all([once(reader, 'close'), once(child, 'close')]).then(() => undefined)
  const until = async (count: number): Promise<void> => {
    while (lines.length < count && child.exitCode === null) await Promise.race([once(reader, 'line'), ended])
  }
  return { process: child, lines, until, ended }
}
