import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openSqliteStore } from '../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import { evolve } from '../../src/core/evolve.ts'
import { signalId } from '../../src/core/ids.ts'
import type { Signal } from '../../src/core/signal.ts'
import { SignalAdmission, type TakeContext, type TakenSignal } from '../../src/flow/admission/admit-signal.ts'
import type { Admission } from '../../src/ports/order-commands.ts'
import type { Commit, OrderStore } from '../../src/ports/order-store.ts'
import { birthOf, entryOf, orderOf, signalOf } from '../adapters/stores/sample-commits.ts'
import { T0 } from '../support/orders.ts'
import { happening, runs, story } from './model-runs.ts'

/** Who had this id first, and with what: every later answer follows from it. */
interface First {
  readonly content: string
  readonly orderId: string
}
interface Memory {
  readonly firsts: Map<string, First>
}
interface Sent {
  readonly id: string
  readonly size: number
  readonly symbol: string
}
/** What goes wrong the first time an id is taken: nothing durable yet, or only the answer lost. */
type Mishap = 'before the commit' | 'after the commit'
const DENIED = 'NOSUCH'
const DENIAL = { code: 'symbol.unknown', message: 'no such symbol' }

class Intake {
  readonly mishaps = new Map<string, Mishap>()
  readonly #database = new DatabaseSync(':memory:')
  #orders = 0
  #epoch = 0
  #store: OrderStore | undefined
  #admission: SignalAdmission | undefined

  get store(): OrderStore {
    if (this.#store === undefined) throw new Error('not begun')
    return this.#store
  }
  /** The first time, and again after a crash or a stop: nothing but the database is kept. */
  async begin(): Promise<void> {
    const store = await openSqliteStore({ database: this.#database, now: () => T0, newInstallation: () => 'one' })
    this.#store = store
    this.#epoch = (await store.openAccount('paper')).epoch
    this.#admission = new SignalAdmission({
      route: () => ({ taker: { isFull: false, take: (signal, context) => this.#take(signal, context) } }),
      storedSignal: (id) => store.signal(id),
      order: (id) => store.order(id),
      denialOf: async () => DENIAL,
      newTraceId: () => 'trace',
      unavailable: () => undefined,
      onRefused: () => undefined,
      onDuplicate: () => undefined,
    })
  }
  async end(): Promise<void> {
    await this.store.close()
  }
  drop(): void {
    this.#database.close()
  }
  send({ id, size, symbol }: Sent): Promise<Admission> {
    if (this.#admission === undefined) throw new Error('not begun')
    const body = { signal_id: id, symbol, side: 'buy', quantity: `${size}`, strategy: 's' }
    return this.#admission.admit({ body, receivedAt: T0, by: 'model' })
  }
  /** Somebody who does not look first: what is written, the table alone decides. */
  rival(id: string) {
    return this.store.commit(this.#birth(id, 'AAPL', 'x'.repeat(64)))
  }
  async #take(signal: Signal, { contentHash }: TakeContext): Promise<TakenSignal> {
    const mishap = this.mishaps.get(signal.signalId)
    this.mishaps.delete(signal.signalId)
    if (mishap === 'before the commit') throw new Error('the store is not available')
    const commit = this.#birth(signal.signalId, signal.symbol, contentHash)
    const { kind } = await this.store.commit(commit)
    if (kind !== 'committed') throw new Error(`the store says ${kind}`)
    if (mishap === 'after the commit') throw new Error('killed')
    const order = commit.orders?.[0]?.order
    if (order === undefined) throw new Error('no order')
    return signal.symbol === DENIED ? { order, denial: DENIAL } : { order }
  }
  #birth(id: string, symbol: string, contentHash: string): Commit {
    this.#orders += 1
    const created = orderOf(this.#orders, { signalId: signalId(id), symbol })
    const order = symbol === DENIED ? evolve(created, { kind: 'denied', at: T0, ...DENIAL }) : created
    const answer = symbol === DENIED ? { status: 403, code: DENIAL.code } : { status: 202 }
    const signal = { ...signalOf(order), contentHash, answer }
    return { ...birthOf(order, this.#epoch), events: [entryOf(order)], signal }
  }
}

const contentOf = ({ size, symbol }: Sent): string => `${size} ${symbol}`
/** The answer in the model's words; the first to be taken tells the model its order. */
function expectAnswer({ firsts }: Memory, sent: Sent, answer: Admission, mishap: Mishap | undefined): void {
  const first = firsts.get(sent.id)
  if (first === undefined && mishap !== undefined) {
    expect(answer.kind).toBe('unavailable')
    return
  }
  const isDuplicate = first !== undefined
  if (first !== undefined && first.content !== contentOf(sent)) {
    expect(answer).toEqual({ kind: 'conflict', signalId: sent.id, orderId: first.orderId })
    return
  }
  expect(answer).toMatchObject({ kind: sent.symbol === DENIED ? 'denied' : 'taken', duplicate: isDuplicate })
  if (answer.kind !== 'taken' && answer.kind !== 'denied') return
  if (first === undefined) firsts.set(sent.id, { content: contentOf(sent), orderId: answer.order.id })
  else expect(answer.order.id).toBe(first.orderId)
}

const sends = (burst: readonly Sent[], mishaps: readonly (Mishap | undefined)[]) =>
  happening<Memory, Intake, Promise<void>>(
    `at once: ${JSON.stringify(burst)} ${mishaps.join()}`,
    async (memory, intake) => {
      intake.mishaps.clear()
      for (const [n, { id }] of burst.entries()) {
        const mishap = mishaps[n]
        if (mishap !== undefined && !memory.firsts.has(id)) intake.mishaps.set(id, mishap)
      }
      const due = new Map(intake.mishaps)
      const answers = await Promise.all(burst.map((sent) => intake.send(sent)))
      for (const [n, sent] of burst.entries()) {
        const answer = answers[n]
        if (answer === undefined) throw new Error('no answer')
        const mishap = memory.firsts.has(sent.id) ? undefined : due.get(sent.id)
        expectAnswer(memory, sent, answer, mishap)
        due.delete(sent.id)
        if (mishap === 'after the commit') await remember(memory, sent, intake)
      }
      await agree(memory, intake)
    },
  )

/** Taken although nobody heard so: from now on everybody is answered from it. */
async function remember({ firsts }: Memory, sent: Sent, { store }: Intake): Promise<void> {
  const [orderId = ''] = (await store.signal(sent.id))?.orderIds ?? []
  firsts.set(sent.id, { content: contentOf(sent), orderId })
}

const rivals = (id: string) =>
  happening<Memory, Intake, Promise<void>>(
    `two rivals for ${id}`,
    async ({ firsts }, intake) => {
      const results = await Promise.all([intake.rival(id), intake.rival(id)])
      expect(results).toEqual([
        { kind: 'conflict', what: 'signal' },
        { kind: 'conflict', what: 'signal' },
      ])
      await agree({ firsts }, intake)
    },
    ({ firsts }) => firsts.has(id),
  )
const restarts = (name: 'crash' | 'restart') =>
  happening<Memory, Intake, Promise<void>>(name, async (memory, intake) => {
    if (name === 'restart') await intake.end()
    await intake.begin()
    await agree(memory, intake)
  })

/** One signal, one order, for ever. */
async function agree({ firsts }: Memory, { store }: Intake): Promise<void> {
  const { items } = await store.orders({}, { limit: 500 })
  const found = items.map(({ signalId: id, id: order }) => `${id} ${order}`)
  expect(found.toSorted()).toEqual([...firsts].map(([id, { orderId }]) => `${id} ${orderId}`).toSorted())
}

it('an id makes one order, whoever repeats it, changes it or dies over it (I-08, I-38)', async () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
  const sent = fc.record({
    id,
    size: fc.constantFrom(1, 1, 1, 2),
    symbol: fc.constantFrom('AAPL', 'AAPL', 'AAPL', DENIED),
  })
  const mishap = fc.option(fc.constantFrom<Mishap>('before the commit', 'after the commit'), {
    nil: undefined,
    freq: 1,
  })
  const commands = [
    fc
      .tuple(fc.array(sent, { minLength: 1, maxLength: 6 }), fc.array(mishap, { maxLength: 6 }))
      .map((parts) => sends(...parts)),
    sent.map((one) => sends([one, one], [])),
    id.map(rivals),
    fc.constantFrom<'crash' | 'restart'>('crash', 'restart').map(restarts),
  ]
  await fc.assert(
    fc.asyncProperty(story<Memory, Intake>(commands), async (happenings) => {
      const intake = new Intake()
      await intake.begin()
      try {
        await fc.asyncModelRun(() => ({ model: { firsts: new Map() }, real: intake }), happenings)
      } finally {
        intake.drop()
      }
    }),
    runs(60),
  )
})
