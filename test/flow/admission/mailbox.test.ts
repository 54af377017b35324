import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Mailbox, MailboxFull } from '../../../src/flow/admission/mailbox.ts'
import { settled } from '../../support/hand-time.ts'

const held = (): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } =>
  Promise.withResolvers<void>()

describe('a mailbox', () => {
  it('begins at once what has nobody before it, in the very same step', () => {
    const mailbox = new Mailbox(10)
    let began = false
    void mailbox.run('AAPL', async () => {
      began = true
    })
    expect(began).toBe(true)
  })
  it('is first in, first out within a key, while another key goes its own way', async () => {
    const mailbox = new Mailbox(10)
    const [first, story] = [held(), [] as string[]]
    const all = [
      mailbox.run('AAPL', async () => {
        story.push('a1 begins')
        await first.promise
        story.push('a1 ends')
      }),
      mailbox.run('AAPL', async () => {
        story.push('a2')
      }),
      mailbox.run('MSFT', async () => {
        story.push('m1')
      }),
    ]
    await settled()
    expect(story).toEqual(['a1 begins', 'm1'])
    first.resolve()
    await Promise.all(all)
    expect(story).toEqual(['a1 begins', 'm1', 'a1 ends', 'a2'])
  })
  it.each([
    ['rejects', () => Promise.reject(new Error('broken'))],
    [
      'throws before it has begun to wait',
      () => {
        throw new Error('broken')
      },
    ],
  ])('a task that %s does not stop the next, and is not counted for ever', async (_how, broken) => {
    const mailbox = new Mailbox(10)
    const first = mailbox.run('AAPL', broken)
    const second = mailbox.run('AAPL', async () => 'went')
    await expect(first).rejects.toThrow('broken')
    expect(await second).toBe('went')
    await settled()
    expect([mailbox.size, mailbox.isIdle('AAPL')]).toEqual([0, true])
  })
  it('forgets a key once it is empty, not while somebody still waits', async () => {
    const mailbox = new Mailbox(10)
    const first = held()
    void mailbox.run('AAPL', () => first.promise)
    const second = mailbox.run('AAPL', async () => undefined)
    expect(mailbox.isIdle('AAPL')).toBe(false)
    first.resolve()
    await second
    await settled()
    expect(mailbox.isIdle('AAPL')).toBe(true)
  })
  it('refuses when it is full instead of growing, and takes again when there is room', async () => {
    const mailbox = new Mailbox(2)
    const first = held()
    void mailbox.run('AAPL', () => first.promise)
    const second = mailbox.run('AAPL', async () => undefined)
    expect(mailbox.isFull).toBe(true)
    let ran = false
    const third = mailbox.run('MSFT', async () => {
      ran = true
    })
    await expect(third).rejects.toBeInstanceOf(MailboxFull)
    expect([ran, mailbox.size]).toEqual([false, 2])
    first.resolve()
    await second
    await settled()
    await mailbox.run('MSFT', async () => undefined)
  })
  it('whatever is put in, each key sees its own order and nothing overlaps within it', async () => {
    const work = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), waits: fc.nat(3), fails: fc.boolean() }))
    await fc.assert(
      fc.asyncProperty(work, async (tasks) => {
        const mailbox = new Mailbox(1_000)
        const running = new Set<string>()
        const done: { key: string; n: number }[] = []
        const all = tasks.map(({ key, waits, fails }, n) =>
          mailbox.run(key, async () => {
            expect(running.has(key)).toBe(false)
            running.add(key)
            for (let turn = 0; turn < waits; turn += 1) await Promise.resolve()
            running.delete(key)
            done.push({ key, n })
            if (fails) throw new Error('broken')
          }),
        )
        await Promise.allSettled(all)
        for (const key of ['a', 'b', 'c']) {
          const order = done.filter((one) => one.key === key).map(({ n }) => n)
          expect(order).toEqual(order.toSorted((a, b) => a - b))
        }
        await settled()
        expect(mailbox.size).toBe(0)
      }),
      { numRuns: 100 },
    )
  })
})
