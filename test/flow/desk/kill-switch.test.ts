import { describe, expect, it } from 'vitest'
import { HALT_FACT } from '../../../src/flow/checks/halt-switch.ts'
import { KillSwitch } from '../../../src/flow/desk/kill-switch.ts'
import { HandTime, settled } from '../../support/hand-time.ts'
import { T0 } from '../../support/orders.ts'

/** A disk that writes when it is told to, and remembers the last thing written. */
function aSwitch(fact?: string) {
  const time = new HandTime(T0)
  const writes: { event: string; fact: string; done: () => void; fail: () => void }[] = []
  const disk = { fact, file: false, waits: false }
  const kill = new KillSwitch({
    clock: time,
    fileExists: () => disk.file,
    note: (event, _at, _fields, facts) =>
      new Promise((resolve, reject) => {
        const value = facts?.[HALT_FACT] ?? ''
        const done = (): void => {
          disk.fact = value
          resolve({ kind: 'committed', firstAccountSeq: 1 })
        }
        writes.push({ event, fact: value, done, fail: () => reject(new Error('the disk is full')) })
        if (!disk.waits) done()
      }),
  })
  kill.restore(fact)
  const restarted = (): KillSwitch => {
    const next = new KillSwitch({ clock: time, fileExists: () => disk.file, note: () => Promise.reject() })
    next.restore(disk.fact)
    return next
  }
  return { kill, disk, writes, time, restarted }
}
const settledYet = async (promise: Promise<unknown>): Promise<boolean> => {
  let isSettled = false
  promise.then(
    () => (isSettled = true),
    () => (isSettled = true),
  )
  await settled()
  return isSettled
}

describe('halting', () => {
  it('takes effect at once and is acknowledged once it is durable', async () => {
    const { kill, disk, writes, restarted } = aSwitch()
    disk.waits = true
    const halted = kill.halt('panic', 'me')
    expect(kill.state).toMatchObject({ halted: true, reason: 'panic', since: T0 })
    expect(await settledYet(halted)).toBe(false)
    writes[0]?.done()
    await halted
    expect(restarted().state).toMatchObject({ halted: true, reason: 'panic' })
  })
  it('asked again while the first is being written, is acknowledged no sooner, and keeps the first reason', async () => {
    const { kill, disk, writes } = aSwitch()
    disk.waits = true
    const first = kill.halt('panic', 'me')
    const second = kill.halt('also', 'you')
    expect(await settledYet(second)).toBe(false)
    writes[0]?.done()
    await Promise.all([first, second])
    expect([writes.length, kill.state]).toMatchObject([1, { reason: 'panic', by: 'me' }])
  })
  it('that could not be written is not acknowledged, holds in memory, and is written when asked again', async () => {
    const { kill, disk, writes } = aSwitch()
    disk.waits = true
    const first = kill.halt('panic', 'me')
    writes[0]?.fail()
    await expect(first).rejects.toThrow('disk is full')
    expect(kill.state.halted).toBe(true)
    const second = kill.halt('panic', 'me')
    expect(await settledYet(second)).toBe(false)
    writes[1]?.done()
    await second
  })
  it('again, when it is long on disk, writes nothing more', async () => {
    const { kill, writes } = aSwitch()
    await kill.halt('panic', 'me')
    await kill.halt('again', 'me')
    expect(writes).toHaveLength(1)
  })
  it('holds over a restart, and a stored switch that cannot be read is on', () => {
    expect(aSwitch('{"halted":true,"since":5,"reason":"panic","by":"me"}').kill.state).toMatchObject({ since: 5 })
    expect(aSwitch('garbage').kill.state.halted).toBe(true)
    expect(aSwitch().kill.state.halted).toBe(false)
  })
  it('before the stored switch was read is not taken back by it', async () => {
    const { kill } = aSwitch()
    await kill.halt('panic', 'me')
    kill.restore(undefined)
    expect(kill.state).toMatchObject({ halted: true, reason: 'panic' })
  })
})

describe('resuming', () => {
  it('takes effect once it is durable', async () => {
    const { kill, disk, writes, restarted } = aSwitch()
    await kill.halt('panic', 'me')
    disk.waits = true
    const resumed = kill.resume('me', undefined)
    expect(await settledYet(resumed)).toBe(false)
    expect(kill.state.halted).toBe(true)
    writes.at(-1)?.done()
    expect(await resumed).toEqual({ kind: 'resumed' })
    expect([kill.state.halted, restarted().state.halted]).toEqual([false, false])
  })
  it('that could not be written leaves it halted', async () => {
    const { kill, disk, writes } = aSwitch()
    await kill.halt('panic', 'me')
    disk.waits = true
    const resumed = kill.resume('me', undefined)
    writes.at(-1)?.fail()
    await expect(resumed).rejects.toThrow('disk is full')
    expect(kill.state.halted).toBe(true)
  })
  it('does not undo a halt that was asked for while it was being written', async () => {
    const { kill, disk, writes, time, restarted } = aSwitch()
    await kill.halt('first', 'me')
    disk.waits = true
    const resumed = kill.resume('me', undefined)
    time.set(T0 + 5)
    const halted = kill.halt('second', 'you')
    expect(await settledYet(halted)).toBe(false)
    for (const write of writes.slice(1)) write.done()
    await Promise.all([resumed, halted])
    expect(kill.state).toMatchObject({ halted: true, reason: 'second', since: T0 + 5 })
    expect(restarted().state).toMatchObject({ halted: true, reason: 'second' })
  })
  it('is refused while the file exists, and for another halt than the one named', async () => {
    const { kill, disk } = aSwitch()
    await kill.halt('panic', 'me')
    disk.file = true
    expect(await kill.resume('me', undefined)).toMatchObject({ kind: 'refused', code: 'halt.file_present' })
    disk.file = false
    expect(await kill.resume('me', T0 + 1)).toMatchObject({ kind: 'refused', code: 'halt.other_since' })
    expect(await kill.resume('me', T0)).toEqual({ kind: 'resumed' })
  })
  it('when nothing is halted is no fault and writes nothing', async () => {
    const { kill, writes } = aSwitch()
    expect(await kill.resume('me', undefined)).toEqual({ kind: 'resumed' })
    expect(writes).toEqual([])
  })
})

describe('the file', () => {
  it('is another hand on the same switch, and taking it away resumes nothing', async () => {
    const { kill, disk, writes } = aSwitch()
    expect(await kill.noticeFile()).toBe(false)
    disk.file = true
    expect(await kill.noticeFile()).toBe(true)
    expect(await kill.noticeFile()).toBe(false)
    disk.file = false
    expect(await kill.noticeFile()).toBe(false)
    expect([kill.state, writes.length]).toMatchObject([{ halted: true, by: 'file' }, 1])
  })
})
