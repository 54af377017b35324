/** Runs the jobs, so many at a time, until it is told to begin no more; gives what those gave that it ran, in their order. */
export async function inLanes<T, R>(
  lanes: number,
  jobs: readonly T[],
  run: (job: T, index: number) => Promise<R>,
  isOver: () => boolean = () => false,
): Promise<readonly R[]> {
  const done: { readonly index: number; readonly result: R }[] = []
  const queue = jobs.entries()
  const lane = async (): Promise<void> => {
    for (const [index, job] of queue) {
      if (isOver()) return
      done.push({ index, result: await run(job, index) })
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, jobs.length) }, lane))
  return done.toSorted((a, b) => a.index - b.index).map(({ result }) => result)
}
