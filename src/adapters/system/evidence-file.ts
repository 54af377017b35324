import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const OWNER_ALONE = 0o600

/** Evidence for a human, a file each, beside everything else the daemon keeps. What cannot be written is in the log anyway. */
export const evidenceFolder =
  (folder: string, now: () => number) =>
  (name: string, text: string): void => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `self-check-${name}-${now()}.json`), `${text}\n`, { mode: OWNER_ALONE })
  }
