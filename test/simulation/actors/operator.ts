import type { TradingFloor } from '../../../src/flow/desk/trading-floor.ts'
import type { Action } from '../scenario.ts'
import { questionsFor } from '../world/store-questions.ts'
import type { World } from '../world/world.ts'

/** Whoever runs the daemon: the switch, cancels of everything, restarts, the configuration, a copy of the store brought back. */
const STOP_WITHIN_MS = 5_000
const PRESSES_AGAIN_MS = 250

export class Operator {
  readonly #world: World
  #commands = 0

  constructor(world: World) {
    this.#world = world
  }

  /** He presses until he is told, or has thought better of it: an answer that comes after that tells him nothing any more. */
  halt(): void {
    this.#commands += 1
    this.#press(this.#commands)
  }
  resume(): void {
    const { recorder, time } = this.#world
    this.#commands += 1
    // From the moment he asks, nothing is promised to be held back.
    recorder.halts.push({ at: time.monotonic(), on: false })
    this.#ask((floor) => floor.resume({ by: 'operator' }))?.catch(() => undefined)
  }
  cancelAll(): void {
    this.#ask((floor) => floor.cancelAll({}, 'operator'))?.catch(() => undefined)
  }
  sync(): void {
    this.#ask((floor) => floor.sync())?.catch(() => undefined)
  }

  /** Stopped in order, then started again. */
  restart(): void {
    const { front } = this.#world
    const { trading } = front ?? {}
    if (front === undefined || trading === undefined) return
    const done = (): void => this.#world.ended(front, 'stopped')
    trading.stop(STOP_WITHIN_MS).then(done, done)
  }
  edit({ patch, fault }: Extract<Action, { do: 'edit_config' }>): void {
    const { faults, openTags, recorder } = this.#world
    const open = openTags()
    faults.struck(fault, open)
    if (!this.#world.edit(patch)) return
    if (open.length > 0) recorder.saw('S20')
    this.restart()
  }
  /** The machine is lost and comes back as it was when the copy was made. */
  restore(): void {
    const { faults, openTags } = this.#world
    const open = openTags()
    this.#world.endAll('the machine is lost')
    if (this.#world.restore()) faults.struck('F-16', open)
    this.#world.begin()
  }

  #press(mine: number): void {
    const { recorder, time, disk } = this.#world
    if (mine !== this.#commands) return
    const waiting = questionsFor(disk.database)
      .unsent.all()
      .filter(({ tag }) => !recorder.onTheWire.has(String(tag))).length
    const told = this.#ask((floor) => floor.halt({ reason: 'simulation', by: 'operator', cancelOpen: false }))
    const again = time.after(PRESSES_AGAIN_MS, 'operator.again', () => this.#press(mine))
    told?.then(
      () => {
        again.cancel()
        if (mine !== this.#commands || recorder.halts.at(-1)?.on) return
        recorder.halts.push({ at: time.monotonic(), on: true })
        if (waiting > 0) recorder.saw('S12')
      },
      () => undefined,
    )
  }

  #ask<T>(what: (floor: TradingFloor) => Promise<T>): Promise<T> | undefined {
    const floor = this.#world.front?.trading?.floor
    return floor === undefined ? undefined : what(floor)
  }
}
