import type { Action } from '../scenario.ts'
import type { World } from '../world/world.ts'
import { actByHand } from './human.ts'
import type { Operator } from './operator.ts'
import type { Trader } from './trader.ts'

export interface Cast {
  readonly world: World
  readonly trader: Trader
  readonly operator: Operator
}

/** One line of the script. */
export function perform(action: Action, cast: Cast): void {
  cast.world.trace.add('action', JSON.stringify(action))
  // The table has a row for every kind, each made for that kind's own fields.
  ;(ACTS[action.do] as (action: Action, cast: Cast) => void)(action, cast)
}

type Acts = { readonly [K in Action['do']]: (action: Extract<Action, { do: K }>, cast: Cast) => void }
const ACTS: Acts = {
  signal: (action, { trader }) => trader.send(action),
  conflict: ({ body }, { trader }) => trader.contradict(body),
  cancel: ({ signal }, { trader }) => trader.cancel(signal),
  cancel_all: (_, { operator }) => operator.cancelAll(),
  halt: (_, { operator }) => operator.halt(),
  resume: (_, { operator }) => operator.resume(),
  sync: (_, { operator }) => operator.sync(),
  restart: (_, { operator }) => operator.restart(),
  edit_config: (action, { operator }) => operator.edit(action),
  back_up: (_, { world }) => world.backUp(),
  restore: (_, { operator }) => operator.restore('F-16'),
  fail_over: ({ withinMs }, { operator }) => operator.failOver(withinMs),
  reboot: (action, { world }) => reboot(world, action),
  summer_time: (_, { world: { faults, time } }) => {
    // For an hour from here the exchange would be closed, had its clocks not been set.
    const endsAt = time.monotonic() + HOUR_MS
    faults.struck('F-28', [])
    faults.looms('F-28', undefined, () => (time.monotonic() < endsAt ? 'now' : 'over'))
  },
  human: (action, { world }) => actByHand(world, action),
  twin: (_, { world }) => {
    if (world.alive.length !== 1) return
    world.begin()
    world.faults.struck('F-110', [])
    world.faults.looms('F-110', undefined, () => (world.alive.length > 1 ? 'now' : 'over'))
  },
  freeze: ({ ms }, { world }) => {
    const { front, time } = world
    if (front === undefined) return
    const goesOnAt = time.monotonic() + ms
    world.faults.struck('F-12', [])
    world.faults.looms('F-12', world.openTags(), () => (time.monotonic() < goesOnAt ? 'later' : 'now'))
    front.life.freeze(ms)
  },
  fill_disk: ({ ms }, { world }) => world.disk.fill(ms),
  jump_clock: ({ ms }, { world }) => {
    jump(world, ms)
    const { skew } = world.time
    world.faults.struck('F-27', [])
    world.faults.looms('F-27', undefined, () => (skew !== 0 && world.time.skew === skew ? 'now' : 'over'))
  },
  outage: ({ kind, account, ms }, { world }) => world.weather.begin(kind, account, ms),
  storm: ({ account, ms }, { world }) => world.weather.begin('storm', account, ms),
  sick_listener: ({ ms }, { world }) => {
    world.weather.begin('sick_listener', '', ms)
    world.recorder.listenerTrouble.push({ from: world.time.monotonic() })
  },
}

/** F-112: the whole machine, and its clock with it. */
function reboot(world: World, { downMs, offMs, rightAfterMs }: Extract<Action, { do: 'reboot' }>): void {
  const { faults, time } = world
  const open = world.openTags()
  world.endAll('the machine starts anew')
  time.jumpWallClock(offMs)
  const { skew } = time
  faults.struck('F-112', [])
  faults.looms('F-112', open, () => (time.skew === skew ? 'now' : 'over'))
  time.after(downMs, 'world.reboots', () => {
    if (world.alive.length === 0) world.begin()
  })
  time.after(downMs + rightAfterMs, 'world.clock_set', () => {
    if (!world.isCalm && time.skew === skew) time.jumpWallClock(-offMs)
  })
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
function jump({ time, recorder, openTags }: World, ms: number): void {
  const before = Math.floor(time.now() / DAY_MS)
  time.jumpWallClock(ms)
  if (Math.floor(time.now() / DAY_MS) !== before && openTags().length > 0) recorder.saw('S19')
}
