import { randomBytes } from 'node:crypto'

const DRAWN_BYTES = 5

/** Unique without asking anybody: the time keeps two days apart, the draw two moments. */
export const newSignalId = (now: number): string =>
  `cli-${now.toString(36)}-${randomBytes(DRAWN_BYTES).toString('hex')}`
