import { expect, it } from 'vitest'
import { ThreadCalls } from '../../../../src/adapters/stores/sqlite/thread-calls.ts'

const program = (text: string): URL =>
  new URL(`data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'\n${text}`)}`)
const echo =
  "parentPort.on('message', (n) => { if (n === 'die') process.exit(1); if (n !== 'hang') parentPort.postMessage(n) })"

it('questions to a thread are answered in their order', async () => {
  const calls = new ThreadCalls<number, number>(program(echo), 'echo')
  const asked = Array.from({ length: 100 }, (_, n) => n)
  expect(await Promise.all(asked.map((n) => calls.ask(n)))).toEqual(asked)
  await calls.end()
})
it('what a thread still owes when it ends is rejected, and so is every later question', async () => {
  const calls = new ThreadCalls<string, string>(program(echo), 'echo')
  const owed = [calls.ask('hang'), calls.ask('die'), calls.ask('late')]
  const outcomes = await Promise.allSettled(owed)
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  await expect(calls.ask('later')).rejects.toThrow('has ended')
})
it('a thread that cannot start rejects with its own reason', async () => {
  const calls = new ThreadCalls<string, string>(program("throw new Error('no room')"), 'broken')
  await expect(calls.ask('anything')).rejects.toThrow('no room')
})
