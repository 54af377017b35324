import type { VirtualTime } from './virtual-time.ts'

/** What holds between a daemon and a venue for a while: an outage, a brown-out, a stream that is closed again and again. */
export type WeatherKind = 'refused' | 'silent' | 'brown_out' | 'no_entry' | 'storm' | 'sick_listener'

export class Weather {
  readonly #time: VirtualTime
  readonly #until = new Map<string, number>()

  constructor(time: VirtualTime) {
    this.#time = time
  }

  begin(kind: WeatherKind, account: string, ms: number): void {
    this.#until.set(`${kind} ${account}`, this.#time.monotonic() + ms)
  }
  is(kind: WeatherKind, account: string): boolean {
    return (this.#until.get(`${kind} ${account}`) ?? 0) > this.#time.monotonic()
  }
  clear(): void {
    this.#until.clear()
  }
}
