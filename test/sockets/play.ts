import { inLanes } from '../kill/lanes.ts'
import { DaemonProcess } from '../support/daemon-process.ts'
import { until } from '../support/until.ts'
import { nameOf, type Scenario } from './scenario.ts'
import { Stage, SYMBOL } from './stage.ts'
import { STORIES } from './stories.ts'
import { TimerLag } from './timer-lag.ts'
import { wrongWith } from './verdict.ts'

export interface Played {
  readonly name: string
  readonly wrong: readonly string[]
  readonly ms: number
  /** From the venue to the daemon's own word, where it was measured. */
  readonly knownAfterMs?: number
}

/** Accounts of one daemon. Each has a venue of its own, and nothing of one is seen by another. */
const SIDE_BY_SIDE = 10
const LANES = 3
/** A difference in positions is told once it has lasted for half a minute. */
const AT_REST_WITHIN_MS = 60_000
const SETTLES_WITHIN_MS = 3_000

const configFor = (poll: string) => ({
  order_management: { time_in_force: 'day', sync_interval: poll === SELDOM ? SELDOM : '5s', poll_interval: poll },
  fill_detection: { initial_poll_interval: poll, poll_interval_increase: '0ms', max_poll_interval: poll },
  retry: { initial_delay: '250ms', max_delay: '1s' },
})
const SELDOM = '30s'

/** All of them, some daemons at a time, each in a process of its own; a scenario that restarts its daemon has it alone. */
export async function playAll(
  scenarios: readonly Scenario[],
  tell: (played: Played) => void = () => undefined,
  lanes = LANES,
): Promise<readonly Played[]> {
  const kinds = Map.groupBy(scenarios, kindOf)
  const batches = [...kinds].flatMap(([kind, all]) => inBatches(all, kind === 'alone' ? 1 : SIDE_BY_SIDE))
  const played = await inLanes(lanes, batches, (batch, n) => playBatch(batch, n, tell))
  return played.flat()
}
const kindOf = ({ operation, pollsSeldom }: Scenario): 'alone' | 'seldom' | 'usual' =>
  operation === 'restart' ? 'alone' : pollsSeldom === true ? 'seldom' : 'usual'
const inBatches = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size))

async function playBatch(
  scenarios: readonly Scenario[],
  batch: number,
  tell: (played: Played) => void,
): Promise<readonly Played[]> {
  await using ends = new AsyncDisposableStack()
  const stages = await Promise.all(
    scenarios.map(async (scenario, n) => ends.use(await Stage.open(scenario, `a${batch}-${n}`))),
  )
  const accounts = Object.fromEntries(stages.map((stage) => [stage.account, stage.config]))
  const poll = scenarios.some(({ pollsSeldom }) => pollsSeldom) ? SELDOM : '500ms'
  const daemon = ends.use(await DaemonProcess.start({ config: { ...configFor(poll), accounts } }))
  return await Promise.all(
    stages.map(async (stage) => {
      stage.daemon = daemon
      const played = await play(stage)
      tell(played)
      return played
    }),
  )
}

async function play(stage: Stage): Promise<Played> {
  const startedAt = performance.now()
  const { scenario } = stage
  using lag = new TimerLag()
  let wrong: readonly string[]
  try {
    await STORIES[scenario.operation](stage)
    wrong = [...(await atRest(stage, lag)), ...lateKnowledge(stage, lag.worstMs)]
  } catch (error) {
    wrong = [error instanceof Error ? error.message : String(error), ...wrongWith(stage.daemon, judged(stage, lag))]
  }
  return {
    name: nameOf(scenario),
    wrong,
    ms: Math.round(performance.now() - startedAt),
    ...(stage.happenedAt && stage.knownAt ? { knownAfterMs: stage.knownAt - stage.happenedAt } : {}),
  }
}

/** Both say the same, and still do after everything was compared once more: nothing is booked late, or again. */
async function atRest(stage: Stage, lag: TimerLag): Promise<readonly string[]> {
  const { truth, daemon } = stage
  const wrong = (): readonly string[] => wrongWith(daemon, judged(stage, lag))
  const isAtRest = (): true | undefined => wrong().length === 0 || undefined
  await until('both say the same', AT_REST_WITHIN_MS, isAtRest).catch(() => undefined)
  const from = truth.last
  await stage.comparedSince(from)
  await until('both still say the same', SETTLES_WITHIN_MS, isAtRest).catch(() => undefined)
  return wrong()
}

const judged = ({ scenario, account, truth, wasCancelled }: Stage, { worstMs }: TimerLag) => ({
  scenario,
  account,
  symbol: SYMBOL,
  truth,
  wasCancelled,
  lagMs: worstMs,
})

/** What the machine itself was late by is not the daemon's doing. */
function lateKnowledge({ scenario, happenedAt, knownAt }: Stage, lagMs: number): readonly string[] {
  const { knownWithinMs } = scenario
  if (knownWithinMs === undefined || happenedAt === undefined || knownAt === undefined) return []
  const took = knownAt - happenedAt - lagMs
  return took <= knownWithinMs ? [] : [`known after ${Math.round(took)} ms, at most ${knownWithinMs} are allowed`]
}
