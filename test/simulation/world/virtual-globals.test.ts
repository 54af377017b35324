import { runInThisContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { AmbientUse, withVirtualGlobals } from './virtual-globals.ts'

const world = {
  clock: { now: () => 1_772_461_800_000, monotonic: () => 250 },
  timers: { after: () => ({ cancel: () => undefined }) },
  random: { draw: () => 0.25 },
}
/** As if the line stood in that file. */
const asIn = (filename: string, line: string): unknown => runInThisContext(line, { filename })

describe('time and chance while a simulated world runs', () => {
  it.each([
    ['Date.now()', 1_772_461_800_000],
    ['performance.now()', 250],
    ['Math.random()', 0.25],
  ])('%s of a library is the world’s', (line, expected) =>
    withVirtualGlobals(world, async () => {
      expect(asIn('/somewhere/node_modules/a-library/index.js', line)).toBe(expected)
      expect(asIn('/somewhere/src/adapters/system/real-clock.ts', line)).toBe(expected)
    }),
  )

  it.each([
    ['Date.now()', '/somewhere/src/core/order.ts'],
    ['performance.now()', '/somewhere/src/flow/desk/account-desk.ts'],
    ['Math.random()', '/somewhere/src/simulator/market.ts'],
    ['setTimeout(() => undefined, 1)', 'file:///somewhere/src/adapters/brokers/paper/gateway.ts'],
    ['setInterval(() => undefined, 1)', '/somewhere/src/ports/clock.ts'],
  ])('%s of our own code is refused by name: %s', (line, file) =>
    withVirtualGlobals(world, async () => {
      expect(() => asIn(file, line)).toThrow(AmbientUse)
      expect(() => asIn(file, line)).toThrow(file)
    }),
  )

  it('leaves what reads stack traces as it was', async () => {
    const { stackTraceLimit, prepareStackTrace } = Error
    await withVirtualGlobals(world, async () => void asIn('/somewhere/node_modules/a-library/index.js', 'Date.now()'))
    expect(Error.stackTraceLimit).toBe(stackTraceLimit)
    expect(Error.prepareStackTrace).toBe(prepareStackTrace)
  })
})
