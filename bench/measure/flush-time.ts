import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { median } from './stats.ts'

const LINE = Buffer.alloc(300, 0x2e)

/** Median of an append of 300 bytes with its fdatasync, in microseconds: what durability costs on this disk. */
export function flushMicros(dir: string, times = 500): number {
  const path = join(dir, 'flush-time')
  const file = openSync(path, 'a')
  const micros: number[] = []
  for (let i = 0; i < times; i += 1) {
    const begun = performance.now()
    writeSync(file, LINE)
    fdatasyncSync(file)
    micros.push((performance.now() - begun) * 1_000)
  }
  closeSync(file)
  rmSync(path)
  return median(micros)
}
