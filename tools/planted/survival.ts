import { noticedBy } from './ordinary-tests.ts'
import { copyWith, mustCompile } from './plant.ts'
import type { PlantedBug } from './read-patch.ts'

/** What the ordinary tests made of a bug: the files that notice it. */
export interface Verdict {
  readonly bug: PlantedBug
  readonly noticedBy: readonly string[]
}

const NO_END = 'the ordinary tests did not end in time'

export async function judgeAlone(bug: PlantedBug): Promise<Verdict> {
  using clean = copyWith([])
  using copy = copyWith([bug], clean.root)
  await mustCompile(copy)
  const noticing = await noticedBy(copy, clean)
  if (noticing === undefined) throw new Error(`${bug.name}: ${NO_END}`)
  return { bug, noticedBy: noticing }
}

/**
 * All in one copy. What nobody notices there survives; the files that do notice something are shown each bug alone. Says
 * nothing of any when a file that notices them all together notices none of them alone: one may hide behind another.
 */
export async function judgeTogether(bugs: readonly PlantedBug[]): Promise<readonly Verdict[]> {
  using clean = copyWith([])
  using copy = copyWith(bugs, clean.root)
  await mustCompile(copy)
  const noticing = await noticedBy(copy, clean)
  if (noticing === undefined) throw new Error(NO_END)
  if (noticing.length === 0) return bugs.map((bug) => ({ bug, noticedBy: [] }))
  const verdicts: Verdict[] = []
  for (const bug of bugs) {
    using alone = copyWith([bug], clean.root)
    const by = await noticedBy(alone, clean, noticing)
    if (by === undefined) throw new Error(`${bug.name}: ${NO_END}`)
    verdicts.push({ bug, noticedBy: by })
  }
  const unexplained = noticing.filter((file) => !verdicts.some((verdict) => verdict.noticedBy.includes(file)))
  if (unexplained.length > 0) throw new Error(`noticed together, and none of them alone, by ${unexplained.join(', ')}`)
  return verdicts
}
