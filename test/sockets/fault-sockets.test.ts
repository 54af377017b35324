import { expect, it } from 'vitest'
import { playAll } from './play.ts'
import { SHARE } from './scenarios.ts'

const SIDE_BY_SIDE = 5

it('whatever goes wrong between daemon and venue: one order for a signal, every fill once, both say the same (R9 R14)', {
  timeout: 300_000,
}, async () => {
  const played = await playAll(SHARE, () => undefined, SIDE_BY_SIDE)
  expect(played.filter(({ wrong }) => wrong.length > 0)).toEqual([])
})
