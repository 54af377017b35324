import type { ChildProcess } from 'node:child_process'

const running = new Set<ChildProcess>()

/** The process does not outlive the test file or command that started it, also when a test ran out of time. */
export function endsWithTheTests(child: ChildProcess): void {
  running.add(child)
  child.once('close', () => running.delete(child))
}

const endAll = (): void => {
  for (const child of running) child.kill('SIGKILL')
}
process.once('exit', endAll)
// The commands that drive the same processes run without the test runner.
if (process.env.VITEST !== undefined) (await import('vitest')).afterAll(endAll)
