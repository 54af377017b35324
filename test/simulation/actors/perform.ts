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
  restore: (_, { operator }) => operator.restore(),
  human: (action, { world }) => actByHand(world, action),
  twin: (_, { world }) => {
    if (world.alive.length !== 1) return
    world.faults.struck('F-110', world.movingTags())
    world.begin()
  },
  freeze: ({ ms }, { world }) => {
    world.faults.struck('F-12', world.movingTags())
    world.front?.life.freeze(ms)
  },
  fill_disk: ({ ms }, { world }) => world.disk.fill(ms),
  jump_clock: ({ ms }, { world }) => {
    world.faults.struck('F-27', world.movingTags())
    jump(world, ms)
  },
  outage: ({ kind, account, ms }, { world }) => world.weather.begin(kind, account, ms),
  storm: ({ account, ms }, { world }) => world.weather.begin('storm', account, ms),
  sick_listener: ({ ms }, { world }) => {
    world.weather.begin('sick_listener', '', ms)
    world.recorder.listenerTrouble.push({ from: world.time.monotonic() })
  },
}

const DAY_MS = 86_400_000
function jump({ time, recorder, openTags }: World, ms: number): void {
  const before = Math.floor(time.now() / DAY_MS)
  time.jumpWallClock(ms)
  if (Math.floor(time.now() / DAY_MS) !== before && openTags().length > 0) recorder.saw('S19')
}
