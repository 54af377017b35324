/** Decimals as whole numbers of 10^-40: our own sums, so that a fault in the daemon's is not repeated here. */
const DIGITS = 40
const ONE = 10n ** BigInt(DIGITS)
const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/

export class NotPlain extends Error {
  override readonly name = 'NotPlain'
}

/** The same few numbers are read again and again. */
const KNOWN_TEXTS = 10_000
const known = new Map<unknown, bigint>()

/** Reads a plain decimal; anything else, an exponent among it, is refused loudly. */
export function exact(text: unknown): bigint {
  const before = known.get(text)
  if (before !== undefined) return before
  const value = read(text)
  if (known.size >= KNOWN_TEXTS) known.clear()
  known.set(text, value)
  return value
}

function read(text: unknown): bigint {
  const match = typeof text === 'string' ? PLAIN.exec(text) : null
  const [, sign, whole = '', part = ''] = match ?? []
  if (match === null || part.length > DIGITS) throw new NotPlain(`${String(text)} is no plain decimal`)
  const value = BigInt(whole + part.padEnd(DIGITS, '0'))
  return sign === '-' ? -value : value
}

export function times(a: bigint, b: bigint): bigint {
  const product = a * b
  if (product % ONE !== 0n) throw new NotPlain('a product has more digits than we keep')
  return product / ONE
}

/** To so many digits, a half going to the even neighbour. */
export function divided(a: bigint, b: bigint, digits: number): bigint {
  const step = 10n ** BigInt(DIGITS - digits)
  const [top, bottom] = [abs(a) * ONE, abs(b) * step]
  const floor = top / bottom
  const twice = (top % bottom) * 2n
  const up = twice > bottom || (twice === bottom && floor % 2n === 1n) ? 1n : 0n
  const size = (floor + up) * step
  return a < 0n === b < 0n ? size : -size
}

export const abs = (a: bigint): bigint => (a < 0n ? -a : a)
export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)
export const most = (a: bigint, b: bigint): bigint => (a < b ? b : a)

export function plain(value: bigint): string {
  const text = abs(value)
    .toString()
    .padStart(DIGITS + 1, '0')
  const part = text.slice(-DIGITS).replace(/0+$/, '')
  return `${value < 0n ? '-' : ''}${text.slice(0, -DIGITS)}${part === '' ? '' : `.${part}`}`
}
