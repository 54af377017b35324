import { describe, expect, it } from 'vitest'
import { clientOrderId } from '../../../src/core/ids.ts'
import { price } from '../../../src/core/money.ts'
import { seededRandom } from '../../../src/simulator/seeded-random.ts'
import type { FaultId } from '../faults/fault-plan.ts'
import { DIALECTS, type Dialect } from './dialect.ts'
import { anOrder, PlainClient } from './plain-client.ts'
import { randomDialect } from './random-dialect.ts'
import type { FaultSource } from './venue-wire.ts'

/** What changes words alone, and so no more than what is heard. */
const OF_WORDS: readonly FaultId[] = [
  'F-30',
  'F-31',
  'F-38',
  'F-39',
  'F-40',
  'F-43',
  'F-44',
  'F-46',
  'F-51',
  'F-52',
  'F-53',
  'F-66',
  'F-86',
  'F-88',
  'F-71',
  'F-72',
  'F-73',
  'F-78',
  'F-82',
  'F-83',
  'F-84',
  'F-85',
  'F-87',
  'F-89',
  'F-90',
  'F-125',
]
/** What keeps an order from being seen for as long as the venue allows itself. */
const OF_DELAY: readonly FaultId[] = ['F-34', 'F-83', 'F-84', 'F-37']

function often(faults: readonly FaultId[], rate: number, seed: string): FaultSource & { stop(): void } {
  const random = seededRandom(seed)
  let isOn = true
  return {
    strikes: (fault) => isOn && faults.includes(fault) && random(`strike.${fault}`) < rate,
    draw: (fault, what) => random(`${fault}.${what}`),
    stop: () => {
      isOn = false
    },
  }
}

const dialects: [string, Dialect][] = [
  ...Object.values(DIALECTS),
  ...['k', 'l', 'm', 'n', 'o', 'p'].map((seed) => randomDialect(seededRandom(seed))),
].map((dialect, n) => [`${dialect.name} ${n}`, dialect])

const order = (n: number) =>
  anOrder({
    clientOrderId: clientOrderId(`sf-abc123-truth${String(n).padStart(2, '0')}`),
    limitPrice: price(n % 3 === 0 ? '150' : '300'),
  })

async function life(client: PlainClient, isAsking: boolean): Promise<void> {
  const stream = client.listen()
  for (let n = 0; n < 8; n += 1) {
    void client.gateway.submit(order(n), { use: () => undefined })
    await client.time.pass(700)
    if (isAsking) await ask(client, n)
  }
  await client.time.pass(120_000)
  stream.close()
}

async function ask(client: PlainClient, n: number): Promise<void> {
  const { gateway } = client
  const asked = [gateway.lookUp(order(n)), gateway.openOrders(), gateway.positions(), gateway.executions(0)]
  void Promise.allSettled(asked)
}

const retold = ({ opened }: PlainClient): unknown => {
  const { orders, positions } = opened.venue.truth
  return { orders: orders.map(({ brokerOrderId: _, ...order }) => order), positions: [...positions] }
}

describe.each(dialects)('the truth of %s', (_, dialect) => {
  it('is the same whatever the venue says of it, and whoever asks', async () => {
    const quiet = new PlainClient(dialect)
    await life(quiet, false)
    const loud = new PlainClient(dialect, often(OF_WORDS, 0.5, 'words'))
    await life(loud, true)
    expect(quiet.truth.length).toBeGreaterThan(5)
    expect(retold(loud)).toEqual(retold(quiet))
  })
  it('is what every face shows in the end, once the lies are over', async () => {
    const faults = often(OF_WORDS, 0.5, 'ends')
    const client = new PlainClient(dialect, faults)
    await life(client, true)
    faults.stop()
    client.opened.heal()
    await client.time.pass(10_000)
    const listed = await client.until(client.gateway.recentOrders(0))
    expect(
      listed.map(({ brokerOrderId, cumulativeQuantity }) => [`${brokerOrderId}`, `${cumulativeQuantity}`]),
    ).toEqual(client.truth.map(({ brokerOrderId, filled }) => [brokerOrderId, filled]))
  })
  it('is settled: what is on no face after the settling time never will be (L5)', async () => {
    for (const seed of ['1', '2', '3', '4', '5', '6', '7', '8']) {
      const faults = often(OF_DELAY, 0.9, `${dialect.name} ${seed}`)
      const client = new PlainClient(dialect, faults, seed)
      void client.gateway.submit(order(0), { use: () => undefined })
      await client.time.pass(dialect.settlesMs)
      const shown = await client.until(client.gateway.recentOrders(0))
      await client.time.pass(600_000)
      expect(shown.length).toBe(client.truth.length)
    }
  })
})

describe('a random dialect', () => {
  const drawn = Array.from({ length: 200 }, (_, n) => randomDialect(seededRandom(`dialect ${n}`)))
  it('is of every class', () => {
    expect(new Set(drawn.map(({ resendClass }) => resendClass))).toEqual(new Set(['A', 'B', 'C', 'D']))
  })
  it('has one meaning for each of its words, and none for the strange ones', () => {
    for (const { words, strangeWords } of drawn) {
      const spoken = [...Object.values(words).flat(), ...strangeWords]
      expect(new Set(spoken).size).toBe(spoken.length)
    }
  })
  it('takes the ids that we make', () => {
    for (const { clientId } of drawn) {
      const id = 'sf-0k3zxy7q9w2abcdefghjkmnpqrs'.slice(0, clientId.maxLength)
      expect(clientId.charset.test(id) && clientId.maxLength >= 17).toBe(true)
    }
  })
})
