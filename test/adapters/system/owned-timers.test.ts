import { describe, expect, it } from 'vitest'
import { OwnedTimers } from '../../../src/adapters/system/owned-timers.ts'
import { HandTime } from '../../support/hand-time.ts'

describe('timers with an owner', () => {
  it('run when they are due, unless they are called off', async () => {
    const time = new HandTime(0)
    const timers = new OwnedTimers(time)
    const ran: string[] = []
    timers.after(10, 'one', () => ran.push('one'))
    timers.after(10, 'two', () => ran.push('two')).cancel()
    await time.pass(10)
    expect(ran).toEqual(['one'])
  })
  it('do not outlive it, and none is set after its end', async () => {
    const time = new HandTime(0)
    const timers = new OwnedTimers(time)
    const ran: string[] = []
    timers.after(10, 'before', () => ran.push('before'))
    timers.end()
    timers.after(10, 'after', () => ran.push('after')).cancel()
    expect(time.waiting).toBe(0)
    await time.pass(10)
    expect(ran).toEqual([])
  })
})
