import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** The path of a file that is not there yet; its folder goes when the test ends. */
export function scratchFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'surefill-venue-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'venue.db')
}
