import { type Amount, amount, max, notionalOf, type Price, type Quantity, quantity } from '../../../src/core/money.ts'
import type { Side } from '../../../src/core/order.ts'

/** What is open and held, as a plain list: everything the book keeps is counted from it anew each time. */
export interface OpenOrder {
  readonly id: string
  readonly symbol: string
  readonly side: Side
  readonly strategy: string
  readonly quantity: Quantity
  readonly price: Price
}
export interface World {
  readonly orders: readonly OpenOrder[]
  readonly positions: ReadonlyMap<string, Quantity>
  readonly marks: ReadonlyMap<string, Price>
}

const quantityOf = (all: readonly Quantity[]): Quantity => all.reduce((total, one) => total.plus(one), quantity('0'))
const amountOf = (all: readonly Amount[]): Amount => all.reduce((total, one) => total.plus(one), amount('0'))

export const openOn = ({ orders }: World, symbol: string, side: Side): Quantity =>
  quantityOf(orders.filter((one) => one.symbol === symbol && one.side === side).map((one) => one.quantity))

/** The most that the symbol can be worth over every choice of which side's orders fill. */
export function worstOf(world: World, symbol: string): Amount {
  const position = world.positions.get(symbol) ?? quantity('0')
  const ends: [Side, Quantity][] = [
    ['buy', position.plus(openOn(world, symbol, 'buy'))],
    ['sell', openOn(world, symbol, 'sell').minus(position)],
  ]
  return ends.reduce(
    (worst, [side, units]) => (units.isPositive ? max(worst, notionalOf(dearest(world, symbol, side), units)) : worst),
    amount('0'),
  )
}

function dearest({ orders, marks }: World, symbol: string, side: Side): Price {
  const asked = orders.filter((one) => one.symbol === symbol && one.side === side).map((one) => one.price)
  const mark = marks.get(symbol)
  const [first, ...others] = mark === undefined ? asked : [mark, ...asked]
  if (first === undefined) throw new Error(`nobody knows a price for ${symbol}`)
  return others.reduce((top, one) => max(top, one), first)
}

export const totalOf = (world: World, symbols: readonly string[]): Amount =>
  amountOf(symbols.map((symbol) => worstOf(world, symbol)))

export const buyCostOf = ({ orders }: World): Amount =>
  amountOf(orders.filter(({ side }) => side === 'buy').map((one) => notionalOf(one.price, one.quantity)))
