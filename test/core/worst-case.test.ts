import { describe, expect, it } from 'vitest'
import { price, quantity } from '../../src/core/money.ts'
import { longWorth, type SymbolExposure, shortWorth, worstCase } from '../../src/core/worst-case.ts'

type Parts = Partial<Record<keyof SymbolExposure, string>>
const exposure = ({ position = '0', openBuy = '0', openSell = '0', highestBuy, highestSell, mark }: Parts) => ({
  position: quantity(position),
  openBuy: quantity(openBuy),
  openSell: quantity(openSell),
  ...(highestBuy === undefined ? {} : { highestBuy: price(highestBuy) }),
  ...(highestSell === undefined ? {} : { highestSell: price(highestSell) }),
  ...(mark === undefined ? {} : { mark: price(mark) }),
})
const worst = (parts: Parts): string => worstCase(exposure(parts))?.toString() ?? 'unknown'

describe('the worst a symbol can come to', () => {
  it.each<[situation: string, Parts, worth: string]>([
    ['nothing held, nothing open', {}, '0'],
    ['what is long, at its mark', { position: '10', mark: '100' }, '1000'],
    ['what is short, at its mark', { position: '-10', mark: '100' }, '1000'],
    ['with the open buys', { position: '10', openBuy: '5', highestBuy: '100', mark: '100' }, '1500'],
    ['open sells take nothing off', { position: '10', openBuy: '5', openSell: '5', mark: '100' }, '1500'],
    ['open sells that only reduce add nothing', { position: '10', openSell: '10', mark: '100' }, '1000'],
    ['open sells through zero, when they come to more', { position: '10', openSell: '25', mark: '100' }, '1500'],
    ['open buys through zero, when they come to more', { position: '-10', openBuy: '25', mark: '100' }, '1500'],
    ['at the highest buy above the mark', { openBuy: '5', highestBuy: '101', mark: '100' }, '505'],
    ['at the mark above the highest buy', { openBuy: '5', highestBuy: '99', mark: '100' }, '500'],
    ['at the highest sell above the mark', { openSell: '5', highestSell: '101', mark: '100' }, '505'],
    ['at what is asked for, before anybody saw a mark', { openBuy: '5', highestBuy: '99' }, '495'],
  ])('%s', (_situation, parts, worth) => expect(worst(parts)).toBe(worth))
})

describe('without a price to count with', () => {
  it('a worst case is unknown, also when only one of its sides is', () => {
    expect(worst({ position: '10' })).toBe('unknown')
    expect(worst({ position: '-10' })).toBe('unknown')
    expect(worst({ openBuy: '1', highestBuy: '100', openSell: '1' })).toBe('unknown')
    expect(worst({ openSell: '1', highestSell: '100', openBuy: '1' })).toBe('unknown')
    expect(worst({ openBuy: '1', openSell: '1' })).toBe('unknown')
  })
  it('the side on which nothing can be is worth nothing', () => {
    expect(shortWorth(exposure({ position: '10' }))?.toString()).toBe('0')
    expect(longWorth(exposure({ position: '-10' }))?.toString()).toBe('0')
  })
})
