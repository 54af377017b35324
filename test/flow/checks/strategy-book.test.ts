import { describe, expect, it } from 'vitest'
import { evolve } from '../../../src/core/evolve.ts'
import type { ReportedFill } from '../../../src/core/fill.ts'
import { clientOrderId, orderId } from '../../../src/core/ids.ts'
import { price } from '../../../src/core/money.ts'
import type { Order, Side } from '../../../src/core/order.ts'
import { StrategyBook } from '../../../src/flow/checks/strategy-book.ts'
import { created, eventOf, fillOf, T0 } from '../../support/orders.ts'

/** A strategy's book, and orders of it that are executed and put right. */
class Story {
  readonly book = new StrategyBook({ account: 'paper', currency: 'USD', tradingDateOf: () => '2026-03-02' }, [])
  #orders = 0

  order(side: Side): Order {
    this.#orders += 1
    const id = orderId(`o-${this.#orders}`)
    const draft = created({ id, side, clientOrderId: clientOrderId(`sf-${this.#orders}`), strategy: 'momentum' })
    return [draft, eventOf('submitting'), eventOf('accepted')].reduce<Order | undefined>(evolve, undefined) as Order
  }
  trade(order: Order, fill: ReportedFill): Order {
    return this.#told(order, evolve(order, { kind: 'partially_filled', at: T0, fill }))
  }
  correct(order: Order, replaces: ReportedFill, fill: ReportedFill): Order {
    return this.#told(order, evolve(order, { kind: 'corrected', at: T0, reason: 'trade_correction', fill, replaces }))
  }
  /** Held, realised today, and what is still open at this price. */
  at(market: string): string {
    const [held] = this.book.positions()
    const open = this.book.unrealised('momentum', () => price(market))
    return `${held?.quantity ?? 0} ${this.book.realisedToday('momentum', T0)} ${open}`
  }
  #told(before: Order, after: Order): Order {
    this.book.changed(before, after)
    return after
  }
}
const TEN = fillOf('10', '100', { id: 'e1' })

describe('what a strategy holds and has made, when a venue puts an execution right', () => {
  it('in price: what is held costs the right price, and nothing is made by it (I-22)', () => {
    const story = new Story()
    const order = story.trade(story.order('buy'), TEN)
    story.correct(order, TEN, fillOf('10', '102', { id: 'e1' }))
    expect(story.at('105')).toBe('10 0 30')
  })
  it('in price, of one trade among several: the others keep theirs (I-22)', () => {
    const story = new Story()
    const first = story.trade(story.order('buy'), TEN)
    story.trade(story.order('buy'), fillOf('10', '110', { id: 'e2' }))
    story.correct(first, TEN, fillOf('10', '101', { id: 'e1' }))
    expect(story.at('110')).toBe('20 0 90')
  })
  it('in price, of what was sold: the result is the right one (I-22)', () => {
    const story = new Story()
    story.trade(story.order('buy'), TEN)
    const sold = fillOf('10', '110', { id: 'e2' })
    const order = story.trade(story.order('sell'), sold)
    expect(story.at('0')).toBe('0 100 0')
    story.correct(order, sold, fillOf('10', '95', { id: 'e2' }))
    expect(story.at('0')).toBe('0 -50 0')
  })
  it('in price, of what was bought and is half sold: half of it is made, half is held', () => {
    const story = new Story()
    const order = story.trade(story.order('buy'), TEN)
    story.trade(story.order('sell'), fillOf('5', '110', { id: 'e2' }))
    story.correct(order, TEN, fillOf('10', '104', { id: 'e1' }))
    expect(story.at('110')).toBe('5 30 30')
  })
  it('in price, of what was sold short: what is owed is the right proceeds', () => {
    const story = new Story()
    const order = story.trade(story.order('sell'), TEN)
    story.correct(order, TEN, fillOf('10', '98', { id: 'e1' }))
    expect(story.at('95')).toBe('-10 0 30')
  })
  it('in commission alone: it is paid', () => {
    const story = new Story()
    const order = story.trade(story.order('buy'), TEN)
    story.correct(order, TEN, fillOf('10', '100', { id: 'e1', commission: '1.5' }))
    expect(story.at('100')).toBe('10 -1.5 0')
  })
  it('in quantity and price at once: both are the right ones', () => {
    const story = new Story()
    const order = story.trade(story.order('buy'), TEN)
    story.correct(order, TEN, fillOf('9', '112', { id: 'e1' }))
    expect(story.at('112')).toBe('9 0 0')
  })
  it('undone, one trade of several: what is left costs what it cost', () => {
    const story = new Story()
    const first = story.trade(story.order('buy'), fillOf('5', '100', { id: 'e1' }))
    const second = fillOf('5', '110', { id: 'e2' })
    story.correct(story.trade(first, second), second, fillOf('0', '110', { id: 'e2' }))
    expect(story.at('100')).toBe('5 0 0')
  })
  it('undone, all of it: nothing is held and nothing made', () => {
    const story = new Story()
    const order = story.trade(story.order('buy'), TEN)
    story.correct(order, TEN, fillOf('0', '100', { id: 'e1' }))
    expect(story.at('100')).toBe('0 0 0')
  })
})
