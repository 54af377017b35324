import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fromFact,
  type HaltState,
  halt,
  noticeFile,
  RUNNING,
  resume,
  toFact,
} from '../../../src/flow/checks/halt-switch.ts'

const asked = { reason: 'runaway strategy', by: 'ops' }
const halted = halt(RUNNING, asked, 1_000)
const no = { since: undefined, fileExists: false }

describe('the kill switch', () => {
  it('keeps who halted first, when and why', () => {
    expect(halted).toEqual({ halted: true, since: 1_000, ...asked })
    expect(halt(halted, { reason: 'again', by: 'page' }, 2_000)).toBe(halted)
  })
  it('is released by resume', () => expect(resume(halted, no)).toEqual({ kind: 'resumed', state: RUNNING }))
  it('resumed twice is running', () => expect(resume(RUNNING, no)).toEqual({ kind: 'running', state: RUNNING }))
  it('is released by who names this halt', () => {
    expect(resume(halted, { since: 1_000, fileExists: false }).kind).toBe('resumed')
  })
  it('is not released by who names another halt', () => {
    expect(resume(halted, { since: 999, fileExists: false })).toMatchObject({
      kind: 'refused',
      code: 'halt.other_since',
    })
  })
  it('is turned on by the file, once', () => {
    const byFile = noticeFile(RUNNING, true, 5)
    expect(byFile).toMatchObject({ halted: true, since: 5, by: 'file' })
    expect(noticeFile(byFile, true, 6)).toBe(byFile)
  })
  it('stays on when the file goes away', () => {
    expect(noticeFile(noticeFile(RUNNING, true, 5), false, 6)).toMatchObject({ halted: true, since: 5 })
  })
  it('is not touched by a file that is not there', () => expect(noticeFile(RUNNING, false, 5)).toBe(RUNNING))
  it.each([
    ['halted', halted],
    ['running', RUNNING],
  ])('is not resumed while the file exists: %s', (_, state: HaltState) => {
    expect(resume(state, { since: undefined, fileExists: true })).toMatchObject({
      kind: 'refused',
      code: 'halt.file_present',
    })
  })
})

describe('a stored switch', () => {
  it('comes back as it was', () => {
    const state = fc.oneof(
      fc.constant<HaltState>(RUNNING),
      fc.record({ halted: fc.constant(true as const), since: fc.nat(), reason: fc.string(), by: fc.string() }),
    )
    fc.assert(
      fc.property(state, (one) => {
        expect(fromFact(toFact(one), 77)).toEqual(one)
      }),
    )
  })
  it('that was never stored is off', () => expect(fromFact(undefined, 77)).toEqual(RUNNING))
  it.each([
    '',
    '{',
    'null',
    '1',
    '{}',
    '{"halted":1}',
    '{"halted":true}',
    '{"halted":true,"since":"1","reason":"a","by":"b"}',
    '{"halted":true,"since":1,"reason":2,"by":"b"}',
  ])('that cannot be read is on: %s', (fact) =>
    expect(fromFact(fact, 77)).toMatchObject({ halted: true, since: 77, by: 'recovery' }),
  )
})
