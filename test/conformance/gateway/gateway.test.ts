import { describe, expect, it } from 'vitest'
import type { Bench } from './bench.ts'
import { DECK, fullName } from './deck.ts'
import { NOT_APPLICABLE } from './not-applicable.ts'
import { playCard, whyNot } from './run-card.ts'
import { VENUES } from './venues-under-test.ts'

const LEAST_CARDS = 90

describe.each(VENUES.map((venue) => [venue.name, venue] as const))('the gateway of %s', (name, venue) => {
  const applicable = DECK.filter((card) => whyNot(card, venue.record).length === 0)
  it.each(applicable.map((card) => [fullName(card), card] as const))('%s', (_name, card) => playCard(card, venue))

  it('is excused from these cards, and from no other', () => {
    const excused = DECK.filter((card) => !applicable.includes(card)).map(fullName)
    expect(excused).toEqual(NOT_APPLICABLE[name])
  })
  it('is held to most of them', () => {
    expect(applicable.length).toBeGreaterThanOrEqual(LEAST_CARDS)
  })
})

describe('the deck', () => {
  it('has no two cards of one name', () => {
    expect(new Set(DECK.map(fullName)).size).toBe(DECK.length)
  })
  it('asks of every card to apply somewhere', () => {
    const nowhere = DECK.filter((card) => VENUES.every(({ record }) => whyNot(card, record).length > 0))
    expect(nowhere.map(fullName)).toEqual([])
  })
  it('finds a card that uses a hand it did not ask for', async () => {
    const [paper] = VENUES.filter(({ name }) => name === 'paper')
    if (paper === undefined) throw new Error('the paper venue is under test')
    const sly = { chapter: 'deck', name: 'sly', needs: [], steps: (at: Bench) => at.hands.fill('sf-1') }
    await expect(playCard(sly, paper)).rejects.toThrow(/hand:fill/)
  })
})
