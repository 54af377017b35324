import { monitorEventLoopDelay } from 'node:perf_hooks'

const NANOSECONDS = 1e9
const RESOLUTION_MS = 10

/** How late the loop turned since it was asked last, in seconds. */
export function loopDelay(): () => { readonly p50: number; readonly p99: number; readonly max: number } {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  return () => {
    const seconds = (value: number): number => Math.max(0, value / NANOSECONDS - RESOLUTION_MS / 1_000)
    const told = {
      p50: seconds(histogram.percentile(50)),
      p99: seconds(histogram.percentile(99)),
      max: seconds(histogram.max),
    }
    histogram.reset()
    return told
  }
}
