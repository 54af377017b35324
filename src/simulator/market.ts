import { Decimal, decimal, max, ONE, type Price, type Quantity } from '../core/money.ts'
import type { Instrument, Instruments } from './instruments.ts'
import { firstStepReaching, type Noise, noiseAt, type Octave } from './noise.ts'
import { hashCell, hashText } from './seeded-random.ts'
import type { Side } from './venue-order.ts'

/**
 * Prices as a function of seed, symbol and time. Guarantees:
 * - the same seed shows the same quote at the same time, whoever asks, in any order, in any process;
 * - bid and ask lie on the tick, bid below ask, and within a few percent of the start price for ever;
 * - nothing is computed while nobody asks.
 */
export interface Quote {
  readonly symbol: string
  readonly bid: Price
  readonly ask: Price
  readonly bidSize: Quantity
  readonly askSize: Quantity
  readonly last: Price
  /** When the quote began to stand, in milliseconds since the epoch. */
  readonly time: number
}

/** A quote stands this long. */
export const STEP_MS = 250
const BILLION = 1_000_000_000
/** From one step to half a day; the amplitudes add up to about one and a half percent. */
const OCTAVES: readonly Octave[] = [
  { steps: 1, amplitude: 50_000 },
  { steps: 8, amplitude: 100_000 },
  { steps: 64, amplitude: 300_000 },
  { steps: 512, amplitude: 800_000 },
  { steps: 4_096, amplitude: 2_000_000 },
  { steps: 32_768, amplitude: 4_000_000 },
  { steps: 172_800, amplitude: 8_000_000 },
]
const TYPICAL_NOTIONAL = decimal('40000')

interface Track {
  readonly instrument: Instrument
  readonly noise: Noise
  readonly startTicks: bigint
  readonly spreadTicks: bigint
  readonly size: Quantity
  last: { readonly step: number; readonly quote: Quote } | undefined
}

export class Market {
  readonly #instruments: Instruments
  readonly #seed: string
  readonly #octaves: readonly Octave[]
  readonly #tracks = new Map<string, Track>()

  constructor(
    instruments: Instruments,
    { seed, restlessness }: { readonly seed: string; readonly restlessness: number },
  ) {
    this.#instruments = instruments
    this.#seed = seed
    this.#octaves = OCTAVES.map(({ steps, amplitude }) => ({ steps, amplitude: amplitude * restlessness }))
  }

  quote(symbol: string, at: number): Quote | undefined {
    const track = this.#track(symbol)
    if (track === undefined) return undefined
    const step = Math.floor(at / STEP_MS)
    if (track.last?.step !== step) track.last = { step, quote: quoteOf(track, step) }
    return track.last.quote
  }

  /** When, from `from` to `until`, the ask first comes down to a buyer's limit or the bid up to a seller's. */
  firstTouch(symbol: string, side: Side, limit: Price, from: number, until: number): number | undefined {
    const track = this.#track(symbol)
    if (track === undefined) return undefined
    const steps = [Math.floor(from / STEP_MS), Math.floor(until / STEP_MS)] as const
    const step =
      side === 'buy'
        ? firstStepReaching(track.noise, 'at_most', highestNoiseFor(track, limit), ...steps)
        : firstStepReaching(track.noise, 'at_least', lowestNoiseFor(track, limit), ...steps)
    return step === undefined ? undefined : Math.max(from, step * STEP_MS)
  }

  #track(symbol: string): Track | undefined {
    const known = this.#tracks.get(symbol)
    const instrument = this.#instruments.get(symbol)
    if (known !== undefined || instrument === undefined) return known
    const track = trackOf(instrument, { key: hashText(`${this.#seed}\n${symbol}`), octaves: this.#octaves })
    this.#tracks.set(symbol, track)
    return track
  }
}

function trackOf(instrument: Instrument, noise: Noise): Track {
  const { startPrice, tick, lot, spreadBps } = instrument
  const startTicks = startPrice.dividedBy(tick, 0, 'half_even').units
  const spread = Decimal.of(startTicks, 0).times(spreadBps).dividedBy(decimal('10000'), 0, 'half_even')
  const size = TYPICAL_NOTIONAL.dividedBy(startPrice, 8, 'down') as Quantity
  return {
    instrument,
    noise,
    startTicks: startTicks > 0n ? startTicks : 1n,
    spreadTicks: max(ONE, spread).units,
    size: max(lot, size.toMultipleOf(lot, 'down')),
    last: undefined,
  }
}

function quoteOf(track: Track, step: number): Quote {
  const { instrument, noise, size, spreadTicks } = track
  const middle = (track.startTicks * BigInt(BILLION + noiseAt(noise, step))) / BigInt(BILLION)
  const below = middle - spreadTicks / 2n
  const bidTicks = below > 0n ? below : 1n
  const price = (ticks: bigint): Price => Decimal.of(ticks, 0).times(instrument.tick) as Price
  const [bid, ask] = [price(bidTicks), price(bidTicks + spreadTicks)]
  const draw = hashCell(noise.key, noise.octaves.length, step)
  return {
    symbol: instrument.symbol,
    bid,
    ask,
    bidSize: size.scaledBy(Decimal.of(BigInt(1 + (draw % 20)), 0)),
    askSize: size.scaledBy(Decimal.of(BigInt(1 + ((draw >>> 8) % 20)), 0)),
    last: draw >>> 31 === 0 ? bid : ask,
    time: step * STEP_MS,
  }
}

/**
 * The ask is at most L ticks exactly while `floor(start × (1 + noise)) <= M`, with M the middle that belongs to it; solved
 * for the noise once, a search compares integers only.
 */
function highestNoiseFor({ instrument, startTicks, spreadTicks }: Track, limit: Price): number {
  const ticks = limit.dividedBy(instrument.tick, 0, 'down').units
  const middle = ticks - spreadTicks + spreadTicks / 2n
  return Number(ceiling((middle + 1n) * BigInt(BILLION), startTicks)) - BILLION - 1
}
function lowestNoiseFor({ instrument, startTicks, spreadTicks }: Track, limit: Price): number {
  const ticks = limit.dividedBy(instrument.tick, 0, 'up').units
  return Number(ceiling((ticks + spreadTicks / 2n) * BigInt(BILLION), startTicks)) - BILLION
}
/** Both positive wherever it decides; a negative numerator only has to stay negative. */
const ceiling = (numerator: bigint, denominator: bigint): bigint =>
  numerator <= 0n ? numerator / denominator : (numerator + denominator - 1n) / denominator
