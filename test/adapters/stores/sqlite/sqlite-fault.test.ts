import { expect, it } from 'vitest'
import { isFatal, type Phase } from '../../../../src/adapters/stores/sqlite/sqlite-fault.ts'

const sqliteError = (errcode: number): Error => Object.assign(new Error('x'), { errcode })

// After a fatal one nobody knows what is on disk, and the process ends.
it.each<[string, number, Phase, 'fatal' | 'passing']>([
  ['a flush that failed', 1034, 'statement', 'fatal'],
  ['a flush that failed', 1034, 'commit', 'fatal'],
  ['a flush that failed', 1034, 'checkpoint', 'fatal'],
  ['a flush of the folder that failed', 1290, 'statement', 'fatal'],
  ['a damaged page', 11, 'statement', 'fatal'],
  ['a damaged page, in more words', 779, 'statement', 'fatal'],
  ['a file that is no database', 26, 'statement', 'fatal'],
  ['a full disk', 13, 'statement', 'passing'],
  ['a full disk', 13, 'commit', 'passing'],
  ['a full disk', 13, 'checkpoint', 'passing'],
  ['a refused write', 778, 'commit', 'passing'],
  ['a refused read', 266, 'statement', 'passing'],
  ['a refused read', 266, 'commit', 'fatal'],
  ['a lock', 5, 'statement', 'passing'],
  ['a lock, in more words', 517, 'commit', 'passing'],
  ['no memory', 7, 'commit', 'fatal'],
  ['an error nobody has heard of', 9999, 'commit', 'fatal'],
])('%s (%i) during a %s is %s', (_, code, phase, nature) => {
  expect(isFatal(phase, sqliteError(code))).toBe(nature === 'fatal')
})
it('an error that is not SQLite’s own is fatal', () => {
  expect(isFatal('statement', new TypeError('x'))).toBe(true)
})
