import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { realClock } from '../../../src/adapters/system/real-clock.ts'

const CLOCK = pathToFileURL(resolve('src/adapters/system/real-clock.ts')).href
/** When a process began, by the clock that it has itself. */
const BEGAN = `const { realClock } = await import('${CLOCK}')
process.stdout.write(String(realClock.monotonic() - process.uptime() * 1_000))`

describe('time that only grows', () => {
  it('goes on from one run of the daemon to the next (I-42)', () => {
    const before = realClock.monotonic()
    const began = Number(execFileSync(process.execPath, ['--input-type=module', '--eval', BEGAN]))
    expect(began).toBeGreaterThan(before)
    expect(realClock.monotonic()).toBeGreaterThan(began)
  })
})
