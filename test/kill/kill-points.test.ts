import { expect, it, vi } from 'vitest'
import { needs } from '../support/needs.ts'
import type { KillPoint } from './kill-points.ts'
import { tracerProblem } from './tracer.ts'
import { tryPoint } from './try-point.ts'

vi.setConfig({ testTimeout: 120_000 })

const NOTHING_WRONG = { lost: [], doubled: [], violations: [] }
/** The whole list is for `npm run killpoints`; these are of every kind. */
const SAMPLE: readonly KillPoint[] = [
  { phase: 'first', target: 'main', call: 'write', number: 22, fault: 'kill' },
  { phase: 'first', target: 'wal', call: 'fsync', number: 12, fault: 'kill' },
  { phase: 'first', target: 'wal', call: 'fsync', number: 14, fault: 'eio' },
  { phase: 'first', target: 'audit', call: 'write', number: 4, fault: 'enospc' },
  { phase: 'second', target: 'wal', call: 'fsync', number: 10, fault: 'delay' },
]
const BEFORE: KillPoint = { phase: 'first', target: 'wal', call: 'fsync', number: 12, fault: 'kill' }
const IN_RECOVERY: KillPoint = { ...BEFORE, phase: 'recovery', number: 4 }

needs('strace')('the reference life with one call replaced', () => {
  it('can be traced here', () => expect(tracerProblem()).toBeUndefined())

  it.each(SAMPLE)('$phase $target $call $number: $fault breaks no promise (I-24, I-25, I-27)', async (point) => {
    const { hit, verdict } = await tryPoint(point)
    expect(hit).toBeDefined()
    expect(verdict).toMatchObject(NOTHING_WRONG)
  })

  it('a kill in the recovery from a kill breaks none either', async () => {
    const { hit, hitBefore, verdict } = await tryPoint(IN_RECOVERY, BEFORE)
    expect([hitBefore, hit]).toEqual(['fsync surefill.db-wal', 'fsync surefill.db-wal'])
    expect(verdict).toMatchObject(NOTHING_WRONG)
  })
})
