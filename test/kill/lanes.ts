/** Runs the jobs, so many at a time; gives what they gave, in the order of the jobs. */
export async function inLanes<T, R>(
  lanes: number,
  jobs: readonly T[],
  run: (job: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  const queue = jobs.entries()
  const lane = async (): Promise<void> => {
    for (const [index, job] of queue) results[index] = await run(job, index)
  }
  await Promise.all(Array.from({ length: Math.min(lanes, jobs.length) }, lane))
  return results
}
