import { Decimal } from '../../config/exact.ts'

/**
 * A strategy to look at, not to trade on: it buys what has fallen below its own moving mean and sells what has risen
 * above it, never more than it holds. Pure: the same seed and the same prices give the same signals.
 */
export interface MarketView {
  /** The price seen last, by symbol. */
  readonly prices: ReadonlyMap<string, Decimal>
  /** The quantity held, by symbol. */
  readonly held: ReadonlyMap<string, Decimal>
}
export interface StrategyState {
  /** State of the generator; always a whole number below 2^32. */
  readonly random: number
  readonly means: ReadonlyMap<string, Decimal>
  readonly signals: number
}
export interface SampleSignal {
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly quantity: string
  readonly limit_price?: string
  readonly urgency?: 'low' | 'normal'
}

export const SYMBOLS: readonly { readonly symbol: string; readonly unit: string }[] = [
  { symbol: 'AAPL', unit: '5' },
  { symbol: 'MSFT', unit: '3' },
  { symbol: 'NVDA', unit: '8' },
  { symbol: 'SPY', unit: '2' },
  { symbol: 'BTC/USD', unit: '0.02' },
  { symbol: 'ETH/USD', unit: '0.5' },
]

export const beginStrategy = (seed: string): StrategyState => ({ random: hashOf(seed), means: new Map(), signals: 0 })

const WEIGHT = decimalOf('0.125')
/** Every so often it bids below the market and has to wait, or asks for more than risk allows. */
const PATIENT_EVERY = 7
const TOO_LARGE_EVERY = 15
const PATIENT_FACTOR = decimalOf('0.996')
const TOO_LARGE_FACTOR = decimalOf('1000')
const CENT = decimalOf('0.01')

export function nextSignal(
  state: StrategyState,
  view: MarketView,
): { readonly state: StrategyState; readonly signal: SampleSignal } {
  const means = movedMeans(state.means, view.prices)
  const [draw, random] = drawn(state.random)
  const signals = state.signals + 1
  return { state: { random, means, signals }, signal: choose(means, view, draw, signals) }
}

function choose(means: StrategyState['means'], view: MarketView, draw: number, number: number): SampleSignal {
  const untried = SYMBOLS.filter(({ symbol }) => !view.prices.has(symbol))
  const pool = untried.length > 0 ? untried : SYMBOLS
  const { symbol, unit } = pool[Math.floor(draw * pool.length)] ?? { symbol: 'AAPL', unit: '1' }
  const size = decimalOf(unit)
  const price = view.prices.get(symbol)
  const mean = means.get(symbol)
  const held = view.held.get(symbol) ?? ZERO
  if (number % TOO_LARGE_EVERY === 0) return { symbol, side: 'buy', quantity: size.times(TOO_LARGE_FACTOR).toString() }
  if (price !== undefined && number % PATIENT_EVERY === 0) {
    const limit = price.times(PATIENT_FACTOR).toMultipleOf(CENT, 'down')
    return { symbol, side: 'buy', quantity: size.toString(), limit_price: limit.toString() }
  }
  const isDear = price !== undefined && mean !== undefined && price.greaterThan(mean)
  // Without any drift price and mean stay equal; then it takes turns.
  const isEven = price !== undefined && mean !== undefined && price.equals(mean)
  const wantsToSell = isDear || (isEven && held.atLeast(size.times(TURN)))
  if (wantsToSell && held.isPositive) return { symbol, side: 'sell', quantity: smaller(held, size).toString() }
  return { symbol, side: 'buy', quantity: size.toString(), urgency: draw < 0.2 ? 'low' : 'normal' }
}

const TURN = decimalOf('2')
const DIGITS = 8

function movedMeans(means: StrategyState['means'], prices: MarketView['prices']): StrategyState['means'] {
  const moved = new Map(means)
  for (const [symbol, price] of prices) {
    const mean = means.get(symbol) ?? price
    const step = price.minus(mean).times(WEIGHT)
    moved.set(symbol, mean.plus(step).toMultipleOf(Decimal.of(1n, DIGITS), 'half_even'))
  }
  return moved
}

const ZERO = Decimal.of(0n, 0)
const smaller = (a: Decimal, b: Decimal): Decimal => (a.lessThan(b) ? a : b)
function decimalOf(text: string): Decimal {
  return Decimal.parse(text) ?? ZERO
}

const RANGE = 2 ** 32
function hashOf(text: string): number {
  let hash = 2_166_136_261
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619) >>> 0
  return hash
}
/** A number in [0, 1) and the state after it (splitmix32). */
export function drawn(state: number): readonly [number, number] {
  const next = (state + 0x9e37_79b9) >>> 0
  let mixed = Math.imul(next ^ (next >>> 16), 0x21f0_aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97)
  return [((mixed ^ (mixed >>> 15)) >>> 0) / RANGE, next]
}
