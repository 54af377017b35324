import { basename } from 'node:path'
import type { Phase } from './reference-life.ts'
import { CALLS, type CallName, type Fault, type Target, type TracedCall } from './tracer.ts'

/** One call of the reference life, by its number among the calls of its name and target. */
export interface KillPoint {
  readonly phase: Phase
  readonly target: string
  readonly call: CallName
  readonly number: number
  readonly fault: Fault
}

export const pointName = ({ phase, target, call, number, fault }: KillPoint): string =>
  `${phase}/${target}/${call}/${number}/${fault}`

/** Files that other threads than the main one write, by the name their points have. */
export const FILES: Readonly<Record<string, string>> = {
  store: 'data/surefill.db',
  wal: 'data/surefill.db-wal',
  audit: 'logs/orders.jsonl',
  trades: 'logs/trades.jsonl',
}

export const targetOf = (name: string, pathOf: (file: string) => string): Target => {
  const file = FILES[name]
  return file === undefined ? 'main' : { file: pathOf(file) }
}

/** Waking another thread and telling the terminal change nothing that has to survive. */
const isLasting = ({ on }: TracedCall): boolean => !/^(?:pipe:|anon_inode:|\/dev\/)|node-compile-cache/.test(on)

const MOST_IN_A_ROW = 64
const EVERY_BALLAST = 256

/**
 * The numbers that have to be tried to meet every lasting call. The others are among them, because which number a lasting
 * call has differs from run to run. A long row of writes that only makes a file longer is thinned out.
 */
function numbersOf(calls: readonly TracedCall[], call: CallName, isWhole: boolean): readonly number[] {
  const longest = longestThread(calls.filter((one) => one.call === call))
  const numbers = longest.map((_, index) => index + 1)
  if (!longest.some(isLasting)) return []
  return isWhole ? numbers : withoutBallast(numbers, ballastOf(calls, call))
}

/** Where each long row of one call without any other begins and ends. */
function ballastOf(calls: readonly TracedCall[], call: CallName): readonly Row[] {
  const thread = longestThread(calls.filter((one) => one.call === call))[0]?.thread
  const rows: Row[] = []
  let [count, begin] = [0, 0]
  const end = (): void => {
    if (count - begin > 4 * MOST_IN_A_ROW) rows.push({ begin, end: count })
  }
  for (const one of calls.filter((each) => each.thread === thread)) {
    if (one.call === call) count += 1
    else {
      end()
      begin = count
    }
  }
  end()
  return rows
}
interface Row {
  readonly begin: number
  readonly end: number
}

const withoutBallast = (numbers: readonly number[], rows: readonly Row[]): readonly number[] =>
  numbers.filter((n) =>
    rows.every(({ begin, end }) => n <= begin + 4 || n > end - 4 || (n - begin) % EVERY_BALLAST === 0),
  )

function longestThread(calls: readonly TracedCall[]): readonly TracedCall[] {
  let longest: readonly TracedCall[] = []
  for (const group of Map.groupBy(calls, ({ thread }) => thread).values())
    if (group.length > longest.length) longest = group
  return longest
}

export interface Trace {
  readonly phase: Phase
  readonly target: string
  readonly calls: readonly TracedCall[]
}

export const pointsIn = (traces: readonly Trace[], faults: readonly Fault[], isWhole: boolean): readonly KillPoint[] =>
  faults.flatMap((fault) =>
    traces.flatMap(({ phase, target, calls }) =>
      CALLS.flatMap((call) =>
        numbersOf(calls, call, isWhole).map((number) => ({ phase, target, call, number, fault })),
      ),
    ),
  )

/** How many lasting calls there are of each kind, counted from the trace: `first main write: 41`. */
export function countsOf(traces: readonly Trace[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { phase, target, calls } of traces)
    for (const call of CALLS) {
      const count = longestThread(calls.filter((one) => one.call === call)).filter(isLasting).length
      if (count > 0) counts[`${phase} ${target} ${call}`] = count
    }
  return counts
}

/** Where a hit was, in the same words for every run. */
export const placeOf = ({ call, on }: TracedCall): string => `${call} ${/^socket:/.test(on) ? 'socket' : basename(on)}`
