import type { TradingFloor } from '../../../src/flow/desk/trading-floor.ts'
import type { Action } from '../scenario.ts'
import { questionsFor } from '../world/store-questions.ts'
import type { World } from '../world/world.ts'

/** Whoever runs the daemon: the switch, cancels of everything, restarts, the configuration, a copy of the store brought back. */
const STOP_WITHIN_MS = 5_000
const PRESSES_AGAIN_MS = 250
const FAIL_OVER_LOOKS_MS = 40

export class Operator {
  readonly #world: World
  #commands = 0

  constructor(world: World) {
    this.#world = world
  }

  /** Like every command of his: pressed until he is told, or has thought better of it. */
  halt(): void {
    const { recorder, time } = this.#world
    let waiting = 0
    this.#press(
      (floor) => {
        waiting = this.#waiting()
        return floor.halt({ reason: 'simulation', by: 'operator', cancelOpen: false })
      },
      () => {
        if (recorder.halts.at(-1)?.on) return
        recorder.halts.push({ at: time.monotonic(), on: true })
        if (waiting > 0) recorder.saw('S12')
      },
    )
  }
  resume(): void {
    const { recorder, time } = this.#world
    // The switch falls somewhere between his asking and the answer: only from before the asking is it sure to hold.
    recorder.halts.push({ at: time.monotonic(), on: false })
    this.#press(
      (floor) => floor.resume({ by: 'operator' }),
      () => undefined,
    )
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
    const { faults, movingTags, openTags, recorder } = this.#world
    const moving = movingTags()
    const open = openTags()
    const isValid = this.#world.edit(patch)
    const { life } = this.#world.alive.at(-1) ?? {}
    // What was refused changes nothing; what was taken is first obeyed by the life that reads it.
    faults.struck(fault, [])
    faults.looms(fault, isValid ? open : [], () => (life?.isOver === false ? 'later' : 'now'))
    if (!isValid) return
    if (moving.length > 0) recorder.saw('S20')
    this.restart()
  }
  /** The machine is lost and comes back as it was when the copy was made. */
  restore(fault: 'F-16' | 'F-93'): void {
    const { faults, openTags } = this.#world
    const before = this.#statesOf(openTags())
    this.#world.endAll('the machine is lost')
    if (this.#world.restore()) {
      const after = this.#statesOf(before.keys())
      // An order that stands in the copy as it stood has lost nothing.
      const changed = [...before].filter(([tag, state]) => after.get(tag) !== state)
      faults.struck(
        fault,
        changed.map(([tag]) => tag),
      )
    }
    this.#world.begin()
  }
  /** F-93: copied now; the copy takes over when an open order is no longer as it is in it. */
  failOver(withinMs: number): void {
    const { time, openTags, isCalm } = this.#world
    if (isCalm) return
    const giveUpAt = time.monotonic() + withinMs
    this.#world.backUp()
    const copied = this.#statesOf(openTags())
    const look = (): void => {
      if (this.#world.isCalm || time.monotonic() > giveUpAt) return
      const now = this.#statesOf(openTags())
      if ([...now].some(([tag, state]) => copied.get(tag) !== state)) this.restore('F-93')
      else time.after(FAIL_OVER_LOOKS_MS, 'operator.fail_over', look)
    }
    look()
  }
  #statesOf(tags: Iterable<string>): ReadonlyMap<string, string> {
    const { state } = questionsFor(this.#world.disk.database)
    return new Map([...tags].map((tag) => [tag, JSON.stringify(state.get(tag) ?? {})]))
  }

  #press(what: (floor: TradingFloor) => Promise<unknown>, told: () => void): void {
    this.#commands += 1
    const mine = this.#commands
    const press = (waitMs: number): void => {
      if (mine !== this.#commands || isTold) return
      const again = this.#world.time.after(waitMs, 'operator.again', () => press(2 * waitMs))
      this.#ask(what)?.then(
        () => {
          again.cancel()
          // An answer that comes after he has thought better of it tells him nothing any more.
          if (mine === this.#commands && !isTold) told()
          isTold = true
        },
        () => undefined,
      )
    }
    let isTold = false
    press(PRESSES_AGAIN_MS)
  }

  /** Orders that have not left and could. */
  #waiting(): number {
    const { recorder, disk } = this.#world
    const unsent = questionsFor(disk.database).unsent.all()
    return unsent.filter(({ tag }) => !recorder.onTheWire.has(String(tag))).length
  }

  #ask<T>(what: (floor: TradingFloor) => Promise<T>): Promise<T> | undefined {
    const floor = this.#world.front?.trading?.floor
    return floor === undefined ? undefined : what(floor)
  }
}
