import type { VirtualTime } from './virtual-time.ts'

/** What holds between a daemon and a venue for a while: an outage, a brown-out, a stream that is closed again and again. */
export type WeatherKind = 'refused' | 'silent' | 'brown_out' | 'no_entry' | 'storm' | 'sick_listener'

export class Weather {
  readonly #time: VirtualTime
  readonly #until = new Map<string, number>()

  constructor(time: VirtualTime) {
    this.#time = time
  }

  /** A short spell within a long one does not end it. */
  begin(kind: WeatherKind, account: string, ms: number): void {
    const spell = `${kind} ${account}`
    this.#until.set(spell, Math.max(this.#until.get(spell) ?? 0, this.#time.monotonic() + ms))
  }
  is(kind: WeatherKind, account: string): boolean {
    return (this.#until.get(`${kind} ${account}`) ?? 0) > this.#time.monotonic()
  }
  clear(): void {
    this.#until.clear()
  }
}
