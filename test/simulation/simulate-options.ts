import { parseArgs } from 'node:util'
import { CATALOGUE } from './faults/catalogue.ts'
import type { FaultId } from './faults/fault-plan.ts'
import { usualOrders } from './plan-scenario.ts'
import { PROFILES, type ProfileName } from './scenario.ts'

export const USAGE = `npm run simulate -- [--seeds 1..20] [--orders N] [--profile ${PROFILES.join('|')}|all]
  [--faults F-34,F-73|none] [--crashes K] [--workers N] [--shrink] [--go-on] [--json] [--help]
With --seeds, --orders is the size of each history; without, it is the size of all of them together.
lives_per_second is by the clock, of all workers together; lives_per_cpu_second is for each second that the workers used
of any processor, and so the speed of one core: starting, compiling, checking and comparing are counted in.`

/** What every worker has to know; plain data. */
export interface Wishes {
  readonly orders?: number
  readonly profile: ProfileName | 'all'
  readonly faults?: readonly FaultId[]
  readonly crashes?: number
}
export interface SimulateOptions {
  readonly first: number
  readonly last: number
  readonly wishes: Wishes
  readonly workers: number
  readonly shrink: boolean
  /** A broken seed does not end it: for a survey. */
  readonly goesOn: boolean
  readonly json: boolean
  /** Nothing was left out, so that the counts are owed. */
  readonly isWhole: boolean
}

const CLASSES: Readonly<Record<string, ProfileName>> = {
  A: 'alpha',
  B: 'bravo',
  C: 'charlie',
  D: 'delta',
  random: 'wild',
}

export type Asked =
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'run'; readonly options: SimulateOptions }

const FLAGS = {
  seeds: { type: 'string' },
  orders: { type: 'string' },
  profile: { type: 'string', default: 'all' },
  faults: { type: 'string' },
  crashes: { type: 'string' },
  workers: { type: 'string' },
  shrink: { type: 'boolean', default: false },
  'go-on': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const
const parsed = (args: readonly string[]) => parseArgs({ args: [...args], options: FLAGS }).values

export function readOptions(args: readonly string[], cores: number): Asked {
  try {
    const values = parsed(args)
    return values.help ? { kind: 'help' } : { kind: 'run', options: optionsOf(values, cores) }
  } catch (error) {
    // Both what `parseArgs` does not know and what we refuse; one sentence of either is enough.
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split('. ')
    return { kind: 'refused', why }
  }
}

const refuseUnless = (holds: boolean, why: string): void => {
  if (!holds) throw new RangeError(why)
}
const isCount = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least

function optionsOf(values: ReturnType<typeof parsed>, cores: number): SimulateOptions {
  const profile = CLASSES[values.profile] ?? values.profile
  const isProfile = profile === 'all' || PROFILES.some((name) => name === profile)
  const faults = values.faults === 'none' ? [] : values.faults?.split(',')
  const orders = values.orders === undefined ? undefined : Number(values.orders)
  const crashes = values.crashes === undefined ? undefined : Number(values.crashes)
  const workers = Number(values.workers ?? cores)
  refuseUnless(isProfile, `there is no profile ${values.profile}, only ${PROFILES.join(', ')} and all`)
  refuseUnless(isCount(orders ?? 1, 1), `--orders ${values.orders} is no number of orders`)
  refuseUnless(isCount(crashes ?? 0, 0), `--crashes ${values.crashes} is no number of crashes`)
  refuseUnless(isCount(workers, 1), `--workers ${values.workers} is no number of processes`)
  const unknown = faults?.find((fault) => !CATALOGUE.has(fault as FaultId))
  refuseUnless(unknown === undefined, `there is no fault ${unknown}`)
  const [first = Number.NaN, last = first] = seedsOf(values.seeds, orders)
  refuseUnless([first, last].every(Number.isSafeInteger) && last >= first, `--seeds ${values.seeds} is no range A..B`)
  return {
    first,
    last,
    workers,
    shrink: values.shrink,
    goesOn: values['go-on'],
    json: values.json,
    isWhole: profile === 'all' && faults === undefined && crashes === undefined,
    wishes: {
      profile: profile as ProfileName | 'all',
      ...(orders === undefined || values.seeds === undefined ? {} : { orders }),
      ...(faults === undefined ? {} : { faults: faults as FaultId[] }),
      ...(crashes === undefined ? {} : { crashes }),
    },
  }
}

/** Of the orders asked for so many live, however many are denied. */
const LIVES = 0.75

function seedsOf(seeds: string | undefined, orders: number | undefined): readonly number[] {
  if (seeds !== undefined) return seeds.split('..').map(Number)
  if (orders === undefined) return [1, 20]
  let [last, planned] = [0, 0]
  while (planned * LIVES < orders) {
    last += 1
    planned += usualOrders(last)
  }
  return [1, last]
}

export function commandFor(seed: number, { orders, profile, faults, crashes }: Wishes): string {
  const words = [`npm run simulate -- --seeds ${seed}..${seed}`]
  if (orders !== undefined) words.push(`--orders ${orders}`)
  words.push(`--profile ${profile}`)
  if (faults !== undefined) words.push(`--faults ${faults.length === 0 ? 'none' : faults.join(',')}`)
  if (crashes !== undefined) words.push(`--crashes ${crashes}`)
  return words.join(' ')
}
