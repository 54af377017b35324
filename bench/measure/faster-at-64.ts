import type { Samples } from '../bench.ts'
import { LIMIT_GROUP, LIMIT_SYNC } from '../subjects.ts'
import { median } from './stats.ts'

/** The limit is whichever way to commit carries more. */
export function fasterAt64(samples: Samples): string {
  const rate = (name: string): number => median(samples[name]?.map((sample) => sample.per_second) ?? [])
  return rate(LIMIT_SYNC.name) > rate(LIMIT_GROUP.name) ? LIMIT_SYNC.name : LIMIT_GROUP.name
}
