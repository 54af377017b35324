import type { FaultId } from '../faults/fault-plan.ts'
import type { Draw } from '../plan-scenario.ts'
import type { Action, Scenario } from '../scenario.ts'

export interface SignalWishes {
  readonly seed: number
  readonly count: number
  readonly workload: Scenario['workload']
  readonly accounts: readonly string[]
  readonly draw: Draw
  readonly rates: ReadonlyMap<FaultId, number>
}

/** Two symbols make orders meet. */
export const SYMBOLS = ['AAPL', 'MSFT'] as const
const PAUSES_MS = {
  contended: [600, 2_500, 6_000],
  few: [2_000, 8_000],
  large: [300, 900],
  calendar: [10_800_000, 14_400_000],
} as const
/** By then a daemon that nothing holds up answers. */
const STARTED_MS = 400
const START = Date.UTC(2026, 2, 2, 14, 30)

/** What the traders will do: signals with repeats and contradictions, backlogs, floods, and cancels. */
export function planSignals(wishes: SignalWishes): readonly Action[] {
  const { seed, count, workload, draw, rates } = wishes
  const pauses: readonly number[] = PAUSES_MS[workload]
  const pause = pauses[Math.floor(draw('pause') * pauses.length)] ?? 300
  const actions: Action[] = []
  let at = (draw('signal.first') < 0.25 ? 0 : STARTED_MS) + (workload === 'calendar' ? FRIDAY_MS : 0)
  let isFlooding = 0
  for (let n = 0; n < count; n += 1) {
    if (isFlooding > 0) isFlooding -= 1
    else {
      at += draw('signal.pause') * 2 * pause
      if (workload === 'calendar') at = aroundHours(at, draw)
      if (rates.has('F-106') && draw('signal.flood') < 0.05) isFlooding = Math.ceil(draw('signal.flood.size') * count)
    }
    const twin = rates.has('F-105') && draw('signal.twin') < 0.1 ? actions.findLast(isSignal) : undefined
    const late = rates.has('F-104') && draw('signal.late') < 0.06
    const drawn = twin === undefined ? bodyOf(wishes) : twin.body
    const body = { ...drawn, signal_id: `s${seed}-${n}`, ...datesOf(draw, at, late) }
    const isCalledOffEarly = rates.has('F-103') && draw('signal.called_off') < 0.06
    const fault = oddityOf({ late, isTwin: twin !== undefined, isFlooding: isFlooding > 0, isCalledOffEarly })
    const repeats = draw('signal.repeats') < 0.2 ? [Math.floor(draw('signal.again') * 4_000)] : []
    actions.push({ at, do: 'signal', body, repeats, ...(fault === undefined ? {} : { fault }) })
    // Before it is there; again as soon as it has been taken.
    if (fault === 'F-103') actions.push({ at: at - 5, do: 'cancel', signal: body.signal_id })
    if (draw('signal.conflict') < 0.03)
      actions.push({ at: at + 100, do: 'conflict', body: { ...body, quantity: '77' } })
    if (draw('signal.cancel') < 0.4) {
      const wait = draw('signal.cancel.wait') ** 4 * 20_000
      actions.push({ at: at + wait, do: 'cancel', signal: body.signal_id })
    }
  }
  return actions
}

function oddityOf(
  of: Readonly<Record<'late' | 'isTwin' | 'isFlooding' | 'isCalledOffEarly', boolean>>,
): FaultId | undefined {
  if (of.late) return 'F-104'
  if (of.isTwin) return 'F-105'
  if (of.isFlooding) return 'F-106'
  return of.isCalledOffEarly ? 'F-103' : undefined
}

/** Once the market has closed, the next comes about the next opening, which summer time moves by an hour. */
function aroundHours(at: number, draw: Draw): number {
  const inDay = (START + at) % DAY_MS
  if (inDay >= OPENS_MS && inDay < CLOSED_MS) return at
  const day = at - inDay + (inDay < OPENS_MS ? 0 : DAY_MS)
  const isClosedDay = WEEKEND.has(new Date(START + day).getUTCDay()) && draw('signal.weekend') < 0.7
  return day + (isClosedDay ? 2 * DAY_MS : 0) + OPENS_MS + draw('signal.opening') * OPENING_MS
}
const WEEKEND = new Set([0, 6])
const DAY_MS = 86_400_000
/** The last session before summer time. */
const FRIDAY_MS = 4 * DAY_MS
const HOUR_MS = 3_600_000
const OPENS_MS = 13.25 * HOUR_MS
const OPENING_MS = 1.5 * HOUR_MS
const CLOSED_MS = 21.25 * HOUR_MS

const isSignal = (action: Action) => action.do === 'signal'

function bodyOf({ draw, accounts, workload }: SignalWishes): Record<string, string> {
  const isBuy = draw('signal.side') < 0.65
  return {
    strategy: draw('signal.strategy') < 0.5 ? 'mean' : 'trend',
    symbol: SYMBOLS[Math.floor(draw('signal.symbol') * SYMBOLS.length)] ?? 'AAPL',
    side: isBuy ? 'buy' : 'sell',
    quantity: String(1 + Math.floor(draw('signal.quantity') * 4)),
    account: accounts[Math.floor(draw('signal.account') * accounts.length)] ?? 'a1',
    time_in_force: timeInForceOf(draw('signal.tif'), workload),
    urgency: draw('signal.urgency') < 0.35 ? 'low' : 'normal',
  }
}

function timeInForceOf(at: number, workload: Scenario['workload']): 'ioc' | 'day' | 'gtc' {
  if (at < 0.2) return 'ioc'
  return workload === 'calendar' || at < 0.4 ? 'day' : 'gtc'
}

/** Some signals say when they were made and until when they hold; a backlog holds them longer than that. */
function datesOf(draw: Draw, at: number, late: boolean): Record<string, string> {
  const text = (ms: number): string => new Date(START + ms).toISOString()
  if (late) return { generated_at: text(at - 1_000 - draw('signal.age') ** 4 * 7_200_000) }
  return draw('signal.expires') < 0.08 ? { expires_at: text(at + 500 + draw('signal.holds') * 30_000) } : {}
}
