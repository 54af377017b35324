import type { ChildProcess } from 'node:child_process'
import { afterAll } from 'vitest'

const running = new Set<ChildProcess>()

/** The process does not outlive the test file that started it, also when a test ran out of time and cleaned up nothing. */
export function endsWithTheTests(child: ChildProcess): void {
  running.add(child)
  child.once('close', () => running.delete(child))
}

const endAll = (): void => {
  for (const child of running) child.kill('SIGKILL')
}
afterAll(endAll)
process.once('exit', endAll)
