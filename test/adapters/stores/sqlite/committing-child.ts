import { openSqliteStore } from '../../../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import { birthOf, orderOf } from '../sample-commits.ts'

/**
 * A process that commits orders from `from` on, `inFlight` at a time, until `count` are done or something ends it. What
 * it writes to standard output is the number of each order that it was told is durable, or how it failed.
 */
const [path = '', from = '0', count = 'Infinity', inFlight = '1'] = process.argv.slice(2)
// A pipe whose reader is late is full for a while: `writeSync` would then throw, a stream waits.
const say = (text: string): void => void process.stdout.write(`${text}\n`)

const store = await openSqliteStore({ path, now: () => 0, newInstallation: () => 'child' }).catch((error) => {
  say(error.name)
  process.exit(3)
})
const { epoch } = await store.openAccount('paper')
say(`ready ${store.metrics().batches}`)
let next = Number(from)
const end = next + Number(count)

async function lane(): Promise<void> {
  while (next < end) {
    const n = next
    next += 1
    const result = await store.commit(birthOf(orderOf(n), epoch))
    say(result.kind === 'committed' ? String(n) : `conflict ${result.what}`)
  }
}
try {
  await Promise.all(Array.from({ length: Number(inFlight) }, lane))
} catch (error) {
  say(`${error instanceof Error ? error.name : error} ${JSON.stringify(error)}`)
  await store.commit(birthOf(orderOf(end), epoch)).then(
    () => say('and went on'),
    () => say('and refused'),
  )
  say(`probe ${await store.probe()}`)
}
say(`batches ${store.metrics().batches}`)
await store.close()
