import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstStepReaching, noiseAt } from '../../src/simulator/noise.ts'

const octaves = [
  { steps: 1, amplitude: 40 },
  { steps: 7, amplitude: 150 },
  { steps: 50, amplitude: 900 },
  { steps: 100_000, amplitude: 3_000 },
]
const mostNoise = 4_090
const key = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const step = fc.integer({ min: 0, max: 2 ** 36 })

describe('the wander of a price', () => {
  it('never leaves its bounds, and is a whole number', () => {
    fc.assert(
      fc.property(key, step, (key, step) => {
        const value = noiseAt({ key, octaves }, step)
        return Number.isInteger(value) && Math.abs(value) <= mostNoise
      }),
    )
  })

  it('moves little from one step to the next when it has no fast part', () => {
    const slow = [{ steps: 1_000, amplitude: 1_000 }]
    fc.assert(
      fc.property(key, step, (key, step) => {
        const [here, next] = [noiseAt({ key, octaves: slow }, step), noiseAt({ key, octaves: slow }, step + 1)]
        return Math.abs(next - here) <= 3
      }),
    )
  })

  it('finds the first step that reaches a bound, as walking there would', () => {
    const directions = fc.constantFrom('at_most' as const, 'at_least' as const)
    const bound = fc.integer({ min: -mostNoise, max: mostNoise })
    fc.assert(
      fc.property(
        key,
        step,
        directions,
        bound,
        fc.integer({ min: 0, max: 600 }),
        (key, from, direction, bound, length) => {
          const noise = { key, octaves }
          let walked: number | undefined
          for (let at = from; at <= from + length && walked === undefined; at += 1) {
            const value = noiseAt(noise, at)
            if (direction === 'at_most' ? value <= bound : value >= bound) walked = at
          }
          expect(firstStepReaching(noise, direction, bound, from, from + length)).toBe(walked)
        },
      ),
      { numRuns: 500 },
    )
  })
})
