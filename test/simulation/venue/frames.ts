import type { Timers } from '../../../src/ports/clock.ts'
import type { Dialect } from './dialect.ts'
import { type DialectOrder, isLive, newest, type Trade, type Version } from './dialect-order.ts'
import type { Faces } from './faces.ts'
import type { BookEntry } from './order-book.ts'
import { orderRow, type Row, tradeRow, type View } from './order-words.ts'
import type { FaultSource } from './venue-wire.ts'

/**
 * What the venue says unasked. Guarantees without faults: every change of every order in one frame, in order, each
 * execution in the frame of the change it made.
 */
export interface FramesDeps {
  readonly dialect: Dialect
  readonly faces: Faces
  readonly timers: Timers
  readonly now: () => number
  readonly orders: () => readonly DialectOrder[]
  readonly faults: FaultSource
}
/** The day's frames that a replay repeats, the newest of them. */
const REPLAYED = 100
const MOST_COPIES = 5
const LATEST_MS = 20_000
const SNAPSHOT = 50

export class Frames {
  readonly #deps: FramesDeps
  readonly #listeners = new Set<(text: string) => void>()
  readonly #told: { readonly text: string; readonly tag: string | undefined }[] = []
  #held: string | undefined
  #number = 0

  constructor(deps: FramesDeps) {
    this.#deps = deps
  }

  subscribe(listener: (text: string) => void): () => void {
    this.#listeners.add(listener)
    this.#greet(listener)
    return () => this.#listeners.delete(listener)
  }

  tell({ order, version, trade }: BookEntry): void {
    const { faults, faces } = this.#deps
    const trades = trade === undefined ? [] : [trade]
    const text = this.#frameOf(order, { version, trades, word: faces.strangeWord(order) })
    this.#keep(text, order.tag)
    if (this.#listeners.size === 0) return
    this.#lieAbout(order, version, trade)
    if (faults.strikes('F-73', order.tag)) return
    if (this.#held === undefined && faults.strikes('F-72', order.tag)) {
      this.#hold(text)
      return
    }
    this.#send(text)
    this.#release()
    if (!faults.strikes('F-71', order.tag)) return
    const copies = 1 + Math.floor(faults.draw('F-71', 'copies') * MOST_COPIES)
    for (let n = 0; n < copies; n += 1) this.#send(text)
  }

  /** F-72: waits until another frame has overtaken it, or a while. */
  #hold(text: string): void {
    this.#held = text
    this.#deps.timers.after(LATEST_MS, 'venue.frame_held', () => {
      if (this.#held === text) this.#release()
    })
  }
  #release(): void {
    const text = this.#held
    this.#held = undefined
    if (text !== undefined) this.#send(text)
  }

  #lieAbout(order: DialectOrder, version: Version, trade: Trade | undefined): void {
    this.#regress(order)
    if (!isLive(version)) this.#contradict(order, version)
    if (trade !== undefined) this.#nothingTraded(order, version, trade)
  }

  /** F-53: an old version of the order comes again, late, without its executions. */
  #regress(order: DialectOrder): void {
    const { faults, timers } = this.#deps
    const before = order.versions.at(-2)
    if (before === undefined || !faults.strikes('F-53', order.tag)) return
    const wait = faults.draw('F-53', 'wait') * LATEST_MS
    timers.after(wait, 'venue.frame_late', () => this.#send(this.#frameOf(order, { version: before, trades: [] })))
  }

  /** F-52: after the end, another end that its own numbers give the lie. */
  #contradict(order: DialectOrder, version: Version): void {
    const { faults, timers } = this.#deps
    if (version.state === 'rejected' || !faults.strikes('F-52', order.tag)) return
    const state = version.state === 'filled' ? 'cancelled' : 'filled'
    const wait = faults.draw('F-52', 'wait') * LATEST_MS
    timers.after(wait, 'venue.frame_late', () =>
      this.#send(this.#frameOf(order, { version: { ...newest(order), state }, trades: [] })),
    )
  }

  /** F-59: an execution of nothing, or of less. It is in no list. */
  #nothingTraded(order: DialectOrder, version: Version, trade: Trade): void {
    const { dialect, faults } = this.#deps
    if (!dialect.namesExecutions || !faults.strikes('F-59', order.tag)) return
    const quantity = faults.draw('F-59', 'sign') < 0.5 ? trade.quantity.minus(trade.quantity) : trade.quantity.negated()
    const false_ = { ...trade, id: `${trade.id}-0`, quantity }
    this.#send(this.#frameOf(order, { version, trades: [false_] }))
  }

  /** F-71: the whole day again; F-89: what is known already, as a picture of now. */
  #greet(listener: (text: string) => void): void {
    const { faults } = this.#deps
    const last = this.#told.at(-1)
    if (last !== undefined && faults.strikes('F-71', last.tag)) for (const { text } of this.#told) listener(text)
    const orders = this.#deps.orders().slice(-SNAPSHOT)
    const shown = orders.findLast((order) => order.tag !== undefined && isLive(newest(order))) ?? orders.at(-1)
    if (shown === undefined || !faults.strikes('F-89', shown.tag)) return
    for (const order of orders) {
      const version = newest(order)
      listener(this.#frameOf(order, { version, trades: version.trades }))
    }
  }

  #frameOf(order: DialectOrder, view: View): string {
    this.#number += 1
    const row = orderRow(this.#deps.dialect, order, view)
    return JSON.stringify({ n: this.#number, about: 'order', order: withTrades(row, view.trades) })
  }

  #keep(text: string, tag: string | undefined): void {
    this.#told.push({ text, tag })
    if (this.#told.length > 2 * REPLAYED) this.#told.splice(0, REPLAYED)
  }
  #send(text: string): void {
    for (const listener of [...this.#listeners]) listener(text)
  }
}

const withTrades = (row: Row, trades: readonly Trade[]): Row =>
  row.executions === undefined ? row : { ...row, executions: trades.map(tradeRow) }
