import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type LoadPlan, runLoad, startVenue, type Venue } from './measure/load-run.ts'
import { RowTime } from './row-time.ts'
import { LIMIT_GROUP, LIMIT_SYNC, type Running, type StartOptions, type Subject, TYPICAL } from './subjects.ts'

export interface BenchOptions {
  readonly quick: boolean
  /** Also the rows that take many minutes. */
  readonly long: boolean
  readonly rounds: number
  readonly dir: string
  readonly ours: Subject
}
export interface Scene {
  readonly running: Running
  readonly venue: Venue
  readonly dir: string
}
type SceneOptions = Omit<StartOptions, 'dir' | 'venueUrl'> & { readonly dir?: string }

/** What one load gave, and in which round: ratios are taken within a round, where the machine was in the same mood. */
export interface Sample {
  readonly per_second: number
  readonly p50_us: number
  readonly p99_us: number
  readonly cpu_us_per_order: number
}
export type Samples = Readonly<Record<string, readonly Sample[]>>

/**
 * What the rows share. Guarantees: every measurement has a fresh subject, venue and folder, unless a row keeps its own;
 * subjects take turns within a round; a pass that two rows need is run once; nothing started here is left running.
 */
export class Bench {
  readonly options: BenchOptions
  readonly raw: Record<string, unknown> = {}
  readonly #passes = new Map<string, Promise<Samples>>()
  #time = new RowTime(Number.POSITIVE_INFINITY)

  constructor(options: BenchOptions) {
    this.options = options
  }

  get ours(): Subject {
    return this.options.ours
  }

  /** A row has so much time and no more. */
  within<T>(limitMs: number, measure: () => Promise<T>): Promise<T> {
    this.#time = new RowTime(limitMs)
    return this.#time.bound(measure)
  }

  /** A number for a full run and one for `--quick`. */
  scale(full: number, quick: number): number {
    return this.options.quick ? quick : full
  }

  folder(): string {
    mkdirSync(this.options.dir, { recursive: true })
    return mkdtempSync(join(this.options.dir, 'run-'))
  }

  /** A started subject with a venue of its own for as long as `act` runs. */
  async scene<T>(subject: Subject, options: SceneOptions, act: (scene: Scene) => Promise<T>): Promise<T> {
    return this.#inFolder(options.dir, async (dir) => {
      const venue = await startVenue(dir)
      try {
        const started = { ...options, dir, venueUrl: venue.url }
        return await this.#started(subject, started, (running) => act({ running, venue, dir }))
      } finally {
        await venue.stop()
      }
    })
  }

  /** Ours at a venue that the row itself looks after. */
  at<T>(venueUrl: string, options: SceneOptions, act: (scene: Omit<Scene, 'venue'>) => Promise<T>): Promise<T> {
    return this.#inFolder(options.dir, (dir) =>
      this.#started(this.ours, { ...options, dir, venueUrl }, (running) => act({ running, dir })),
    )
  }

  async #inFolder<T>(given: string | undefined, act: (dir: string) => Promise<T>): Promise<T> {
    const dir = given ?? this.folder()
    try {
      return await act(dir)
    } finally {
      if (given === undefined) rmSync(dir, { recursive: true, force: true })
    }
  }
  async #started<T>(subject: Subject, options: StartOptions, act: (running: Running) => Promise<T>): Promise<T> {
    const running = await subject.start(options)
    try {
      return await act(running)
    } finally {
      await running.stop()
    }
  }

  /** A B C A B C …: one value per subject and round. */
  interleave<T>(subjects: readonly Subject[], once: (subject: Subject) => Promise<T>): Promise<Record<string, T[]>> {
    return this.rounds(async () => {
      const round: Record<string, T> = {}
      for (const subject of subjects) round[subject.name] = await once(subject)
      return round
    })
  }

  /** As many rounds as were asked for, or as fit into the row's time: one value per name and round. */
  async rounds<T>(once: () => Promise<Readonly<Record<string, T>>>): Promise<Record<string, T[]>> {
    const taken: Record<string, T[]> = {}
    let longestMs = 0
    for (let round = 0; round < this.options.rounds; round += 1) {
      if (round > 0 && !this.#time.fits(longestMs)) {
        console.error(`  its time is up after ${round} of ${this.options.rounds} rounds`)
        break
      }
      const begun = performance.now()
      for (const [name, value] of Object.entries(await once())) taken[name] = [...(taken[name] ?? []), value]
      longestMs = Math.max(longestMs, performance.now() - begun)
    }
    return taken
  }

  oneAtATime(): Promise<Samples> {
    const plan = { inflight: 1, warm: this.scale(1_000, 200), orders: this.scale(3_000, 500), seconds: 8 }
    return this.#pass('one at a time', plan)
  }

  inFlight64(): Promise<Samples> {
    const plan = { inflight: 64, warm: this.scale(5_000, 1_000), orders: this.scale(20_000, 3_000), seconds: 5 }
    return this.#pass('64 in flight', plan)
  }

  #pass(name: string, plan: LoadPlan): Promise<Samples> {
    const known = this.#passes.get(name)
    if (known !== undefined) return known
    const begun = this.#run(name, plan)
    this.#passes.set(name, begun)
    return begun
  }

  async #run(name: string, plan: LoadPlan): Promise<Samples> {
    const samples = await this.interleave(this.compared(), (subject) =>
      this.scene(subject, {}, async ({ running, venue, dir }): Promise<Sample> => {
        const { sent, per_second, p50_us, p99_us, cpu_us_per_order = Number.NaN } = await runLoad(running, dir, plan)
        const counts = await venue.counts()
        if (counts.duplicates > 0 || counts.orders !== sent) {
          throw new Error(
            `${sent} signals, but the venue saw ${counts.orders} orders, ${counts.duplicates} of them again`,
          )
        }
        return { per_second, p50_us, p99_us, cpu_us_per_order }
      }),
    )
    this.raw[name] = { plan, samples }
    return samples
  }

  /** Ours stands first, when it can run. */
  compared(): Subject[] {
    const others = [LIMIT_SYNC, LIMIT_GROUP, TYPICAL].filter(({ name }) => name !== this.ours.name)
    return this.ours.missing() === undefined ? [this.ours, ...others] : others
  }
}
