import { hashCell, hashText } from '../../seeded-random.ts'

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

/** Ids as the venue gives them, each a function of the seed, the opening time and its number: none is ever given twice. */
export class Identifiers {
  readonly #name: string
  readonly #tail: string
  #given = 0
  #events = 0

  constructor(seed: string, openedAt: number) {
    this.#name = `${seed}\n${openedAt}`
    this.#tail = base32(hashText(this.#name), 7).padEnd(10, 'Z')
  }

  uuid(): string {
    this.#given += 1
    return uuidFrom(`${this.#name}\n${this.#given}`)
  }
  /** Sorts by time, then by number. */
  ulid(ms: number): string {
    this.#events += 1
    return base32(ms, 10) + this.#tail + base32(this.#events, 6)
  }
}

/** The same text, the same id. */
export function uuidFrom(text: string): string {
  const key = hashText(text)
  const hex = [0, 1, 2, 3].map((part) => hashCell(key, part, text.length).toString(16).padStart(8, '0')).join('')
  const variant = '89ab'[hashCell(key, 4, 0) % 4]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

export const isUuid = (text: string): boolean => UUID.test(text)
/** Ids are also understood without their dashes. */
export function withDashes(text: string): string {
  const bare = text.replaceAll('-', '').toLowerCase()
  return bare.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function base32(value: number, length: number): string {
  let text = ''
  for (let rest = Math.floor(value); text.length < length; rest = Math.floor(rest / 32)) {
    text = `${CROCKFORD[rest % 32]}${text}`
  }
  return text
}
