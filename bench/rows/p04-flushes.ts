import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { about, figureLine, type Goal, type Line, notMeasured, type Row } from '../line.ts'
import { runLoad } from '../measure/load-run.ts'
import { FLUSH_CALLS, LIMIT_GROUP, type Subject } from '../subjects.ts'

/** 64 orders cannot share less than a flush for each of their two marks: fewer would mean that some were not on disk. */
const shared: Goal = { text: '≤ 0.15 per order', met: (value) => value >= 2 / 64 && value <= 0.15 }

/** Flushes per order as the kernel sees them: counted from outside, whatever the program believes about itself. */
export const flushes: Row = {
  id: 'P4',
  measure: async (bench) => {
    const lines: Line[] = []
    for (const [inflight, goal] of [
      [1, about(2, 0.3, 'per order')],
      [64, shared],
    ] as const) {
      const what = inflight === 1 ? 'flushes, one at a time' : 'flushes, 64 in flight'
      const head = { row: 'P4', what, unit: '/order', goal }
      const obstacle = cannotTrace()
      if (obstacle !== undefined) {
        lines.push(notMeasured(head, obstacle))
        continue
      }
      const beside = { name: LIMIT_GROUP.name, value: await flushesPerOrder(bench, LIMIT_GROUP, inflight) }
      const why = bench.ours.missing()
      lines.push(
        why === undefined
          ? figureLine(head, await flushesPerOrder(bench, bench.ours, inflight), beside)
          : notMeasured(head, why, beside),
      )
    }
    return lines
  },
}

function cannotTrace(): string | undefined {
  const { error, status } = spawnSync('strace', ['-o', '/dev/null', 'true'])
  if (error !== undefined) return 'strace is not installed'
  return status === 0 ? undefined : 'strace may not trace here'
}

async function flushesPerOrder(bench: Bench, subject: Subject, inflight: number): Promise<number> {
  const flushLog = join(bench.folder(), 'flushes.txt')
  const window = await bench.scene(subject, { flushLog }, async ({ running, dir }) => {
    const load = { inflight, warm: 0, seconds: 60 }
    await runLoad(running, dir, { ...load, orders: bench.scale(1_000, 200) })
    const from = Date.now()
    const { orders } = await runLoad(running, dir, { ...load, orders: bench.scale(4_000, 1_000) })
    return { from, to: Date.now(), orders }
  })
  return flushTimes(await whole(flushLog)).filter((at) => at >= window.from && at <= window.to).length / window.orders
}

/** The tracer writes its last line when the program is gone, a moment after we see it gone. */
async function whole(flushLog: string): Promise<string> {
  for (let tries = 0; tries < 200; tries += 1) {
    const text = readFileSync(flushLog, 'utf8')
    if (/\+\+\+ (exited|killed)[^\n]*\n$/.test(text)) return text
    await pause(10)
  }
  throw new Error('strace did not finish its log')
}

/** A call that another thread's cuts in two stands on two lines; only the first of them opens a bracket. */
function flushTimes(text: string): number[] {
  const line = new RegExp(`^(?:\\d+ +)?(\\d+\\.\\d+) (?:${FLUSH_CALLS.join('|')})\\(`, 'gm')
  return [...text.matchAll(line)].map((match) => Number(match[1]) * 1_000)
}
