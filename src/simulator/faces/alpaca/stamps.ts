/** An instant in nanoseconds since the epoch, as the venue writes it. */
export type Stamp = bigint

const NANOS_PER_MILLI = 1_000_000n
export const NEW_YORK = 'America/New_York'

/** Gives every thing that happens a later instant than the one before, however fast they come. */
export class Stamps {
  readonly #now: () => number
  readonly #fraction: () => number
  #latest: Stamp = 0n

  constructor(now: () => number, fraction: () => number) {
    this.#now = now
    this.#fraction = fraction
  }

  next(): Stamp {
    const nanos = BigInt(Math.floor(this.#fraction() * 1_000_000))
    const asked = stampOfMillis(this.#now()) + nanos
    this.#latest = asked > this.#latest ? asked : this.#latest + 1_000n + (nanos % 9_000n)
    return this.#latest
  }
}

export const stampOfMillis = (ms: number): Stamp => BigInt(Math.floor(ms)) * NANOS_PER_MILLI
export const millisOf = (stamp: Stamp): number => Number(stamp / NANOS_PER_MILLI)
const instantOf = (stamp: Stamp): Temporal.Instant => Temporal.Instant.fromEpochNanoseconds(stamp)

/** Up to nine digits after the point, without trailing zeros. */
export const stampText = (stamp: Stamp): string => instantOf(stamp).toString()
export const microsText = (stamp: Stamp): string =>
  instantOf(stamp).toString({ smallestUnit: 'microsecond', roundingMode: 'halfExpand' })
export const newYorkText = (stamp: Stamp): string => newYork(stamp).toString({ timeZoneName: 'never' })
export const newYork = (stamp: Stamp): Temporal.ZonedDateTime => instantOf(stamp).toZonedDateTimeISO(NEW_YORK)

/** RFC 3339 with or without a fraction, or a plain date, which is its first instant in New York. */
export function readStamp(text: string): Stamp | undefined {
  try {
    if (/^\d{4}-\d\d-\d\d$/.test(text)) {
      return Temporal.PlainDate.from(text).toZonedDateTime(NEW_YORK).toInstant().epochNanoseconds
    }
    return Temporal.Instant.from(text).epochNanoseconds
  } catch {
    return undefined
  }
}
