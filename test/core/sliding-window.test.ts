import { describe, expect, it } from 'vitest'
import { SlidingWindow } from '../../src/core/sliding-window.ts'

describe('a sliding window', () => {
  it('is free until it is full, and again just after its first grant has left it', () => {
    const window = new SlidingWindow(2, 100)
    expect(window.freeAt(2)).toBe(Number.NEGATIVE_INFINITY)
    window.grant(0)
    expect(window.freeAt(2)).toBe(Number.NEGATIVE_INFINITY)
    window.grant(50)
    expect(window.freeAt(2)).toBe(101)
    expect(window.freeAt(1)).toBe(151)
    window.grant(101)
    expect(window.freeAt(2)).toBe(151)
  })
  it('counts what is held at every moment, and from when it left (I-42)', () => {
    const window = new SlidingWindow(2, 100)
    window.hold()
    window.grant(0)
    expect(window.freeAt(2)).toBe(101)
    expect(window.freeAt(1)).toBe(Number.POSITIVE_INFINITY)
    expect(window.agesAt(30)).toEqual([30, 0])
    window.release(40)
    expect(window.freeAt(1)).toBe(141)
    window.hold()
    window.release()
    expect(window.freeAt(1)).toBe(141)
  })
  it('forgets what no limit can need', () => {
    const window = new SlidingWindow(2, 100)
    for (const at of [0, 10, 20]) window.grant(at)
    expect(window.agesAt(50)).toEqual([40, 30])
  })
  it('counts a grant to the last instant of its stretch', () => {
    const window = new SlidingWindow(3, 100)
    window.grant(0)
    window.grant(10)
    expect(window.agesAt(100)).toEqual([100, 90])
    expect(window.agesAt(101)).toEqual([91])
    expect(window.agesAt(111)).toEqual([])
  })
})
