import { parseJsonText } from '../../../src/core/json-text.ts'
import type { Admission } from '../../../src/ports/order-commands.ts'
import type { FaultId } from '../faults/fault-plan.ts'
import type { Action } from '../scenario.ts'
import { questionsFor } from '../world/store-questions.ts'
import type { World } from '../world/world.ts'

/**
 * Whoever sends signals. Guarantees, for his half of exactly once: a signal without an answer is sent again, the same
 * bytes, until there is one; what he was told first he keeps.
 */
type SignalAction = Extract<Action, { do: 'signal' }>

/** What an order is denied for when the venue's data are missing or old. */
const WITHOUT_DATA: ReadonlySet<string> = new Set(['price.no_quote', 'price.stale_reference', 'symbol.unknown'])
const SOON_MS = 300
const PATIENCE_MS = 3_000
const LONGEST_PATIENCE_MS = 60_000

export class Trader {
  readonly #world: World
  readonly #waiting = new Set<string>()
  readonly #unwanted = new Set<string>()
  /** Signals with something wrong about them: it matters once there is an order of them. */
  readonly #odd = new Map<string, FaultId>()

  constructor(world: World) {
    this.#world = world
  }

  /** Signals nobody has answered yet. */
  get waiting(): number {
    return this.#waiting.size
  }

  send({ body, repeats, fault }: SignalAction): void {
    const id = body.signal_id ?? ''
    const text = JSON.stringify(body)
    this.#waiting.add(id)
    this.#ask(id, text, PATIENCE_MS)
    if (fault !== undefined) {
      this.#world.faults.struck(fault, [])
      this.#odd.set(id, fault)
    }
    for (const ms of repeats) this.#world.time.after(ms, 'trader.repeats', () => this.#repeat(id, text))
  }

  /** Another order under an id that is taken: whatever he is told, it changes nothing. */
  contradict(body: Readonly<Record<string, string>>): void {
    void this.#admit(JSON.stringify(body)).catch(() => undefined)
  }

  cancel(signal: string): void {
    const { front, disk } = this.#world
    const row = questionsFor(disk.database).orderOfSignal.get(signal)
    if (row === undefined) this.#unwanted.add(signal)
    // F-103: of an order that is not there, or not yet.
    const id = String(row?.id ?? signal)
    front?.trading?.floor.cancel(id as never, 'trader').catch(() => undefined)
  }

  #ask(id: string, text: string, patienceMs: number): void {
    if (!this.#waiting.has(id)) return
    this.#say(id, text)
    const next = Math.min(2 * patienceMs, LONGEST_PATIENCE_MS)
    this.#world.time.after(patienceMs, 'trader.again', () => this.#ask(id, text, next))
  }

  /** F-100: delivered again, while its order lives as well as before and after. */
  #repeat(id: string, text: string): void {
    const { disk, faults } = this.#world
    const tags = questionsFor(disk.database).tagsOfSignal.all(id)
    faults.struck(
      'F-100',
      tags.map(({ tag }) => String(tag)),
    )
    this.#say(id, text)
  }

  #say(id: string, text: string): void {
    this.#admit(text).then(
      (answer) => answer !== undefined && this.#heard(id, answer),
      () => undefined,
    )
  }

  async #admit(text: string): Promise<Admission | undefined> {
    const { listening, time } = this.#world
    return listening?.trading?.floor.admit({ body: parseJsonText(text), receivedAt: time.now(), by: 'trader' })
  }

  #heard(id: string, answer: Admission): void {
    if (answer.kind === 'busy' || answer.kind === 'unavailable') return
    this.#waiting.delete(id)
    const { recorder, time, faults } = this.#world
    if (recorder.answers.has(id)) return
    const fault = this.#odd.get(id)
    if (fault !== undefined && 'order' in answer) faults.hits(fault, [answer.order.clientOrderId])
    if (fault === 'F-103' && answer.kind === 'taken') this.cancel(id)
    // What was called off too early is called off once it can be.
    if (this.#unwanted.delete(id)) time.after(SOON_MS, 'trader.cancels', () => this.cancel(id))
    if (answer.kind === 'denied' && WITHOUT_DATA.has(answer.code)) faults.cameOut('F-90', 'denied')
    const kind = answer.kind === 'malformed' ? 'refused' : answer.kind
    const body = 'order' in answer ? JSON.stringify({ order_id: answer.order.id }) : '{}'
    recorder.answers.set(id, { at: time.monotonic(), kind, body })
  }
}
