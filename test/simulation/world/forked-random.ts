import type { Random } from '../../../src/ports/random.ts'
import type { Trace } from './trace.ts'

/** Chance by (seed, label, count): a draw added in one place leaves every other label's series as it was. */
export class ForkedRandom implements Random {
  readonly #seed: number
  readonly #trace: Trace
  readonly #streams = new Map<string, { readonly key: number; count: number }>()

  constructor(seed: number, trace: Trace) {
    this.#seed = seed
    this.#trace = trace
  }

  draw(label: string): number {
    let stream = this.#streams.get(label)
    if (stream === undefined) {
      stream = { key: mix(hashText(label) ^ Math.imul(this.#seed, 0x9e3779b1)), count: 0 }
      this.#streams.set(label, stream)
    }
    stream.count += 1
    const high = mix(stream.key + Math.imul(stream.count, 0x85ebca6b))
    const low = mix(high ^ Math.imul(stream.count, 0xc2b2ae35))
    const value = ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53
    if (this.#trace.count()) this.#trace.add('draw', `${label} ${stream.count} ${value}`)
    return value
  }
}

function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash | 0
}

function mix(value: number): number {
  let mixed = value | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return (mixed ^ (mixed >>> 15)) >>> 0
}
