import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type FillProofs,
  type FillReport,
  type FillVerification,
  hearWitnesses,
  verifyFill,
  type Witness,
  weighWitnesses,
} from '../../src/core/fill-verification.ts'
import { Decimal, price, type Quantity, quantity } from '../../src/core/money.ts'

const ORDERED = quantity('100')
const TRUSTING: FillProofs = { averagePriceOnlyWhenComplete: true, fillTimeOnlyWhenComplete: true }
const WARY: FillProofs = { averagePriceOnlyWhenComplete: false, fillTimeOnlyWhenComplete: false }
const SILENT: FillReport = { at: 1_000, status: 'unknown', rawStatus: '?' }
const verify = (changes: Partial<FillReport>, proofs: FillProofs = WARY): FillVerification =>
  verifyFill(ORDERED, { ...SILENT, ...changes }, proofs)
const answers = (changes: Partial<FillReport>, proofs: FillProofs = WARY): string =>
  hearWitnesses(ORDERED, { ...SILENT, ...changes }, proofs)
    .map((witness) => `${witness.method}:${witness.answer}`)
    .join(' ')

describe('each witness alone proves a complete fill', () => {
  it.each([
    ['status', { status: 'filled', rawStatus: 'filled' }, WARY],
    ['status', { rawStatus: 'OrderStatus.FILLED' }, WARY],
    ['quantity', { cumulativeQuantity: quantity('100') }, WARY],
    ['quantity', { cumulativeQuantity: quantity('100.000001') }, WARY],
    ['price', { averagePrice: price('10.5') }, TRUSTING],
    ['time', { filledAt: 900 }, TRUSTING],
  ] as const)('%s, by %j', (method, changes, proofs) => {
    expect(verify(changes, proofs)).toMatchObject({
      complete: true,
      methods: [method],
      confidence: 1,
      disagrees: false,
    })
  })
  it("the venue's own words included", () => {
    const proofs: FillProofs = { ...WARY, statusWords: { complete: 'filled' } }
    expect(verify({ rawStatus: 'Complete' }, proofs).complete).toBe(true)
    expect(verify({ rawStatus: 'Complete' }, WARY).complete).toBe(false)
  })
})

describe('a witness that cannot tell abstains', () => {
  it.each([
    ['nothing is reported', {}, TRUSTING, 'status:abstain quantity:abstain price:abstain time:abstain'],
    [
      'the price also stands on partial fills',
      { averagePrice: price('10') },
      WARY,
      'status:abstain quantity:abstain price:abstain time:abstain',
    ],
    [
      'the average price is zero',
      { averagePrice: price('0') },
      TRUSTING,
      'status:abstain quantity:abstain price:abstain time:abstain',
    ],
    [
      'the time also stands on partial fills',
      { filledAt: 900 },
      WARY,
      'status:abstain quantity:abstain price:abstain time:abstain',
    ],
    [
      'the count in the same report defeats the habit',
      { averagePrice: price('10'), filledAt: 900, cumulativeQuantity: quantity('99.999') },
      TRUSTING,
      'status:abstain quantity:no price:abstain time:abstain',
    ],
    [
      'and does not once the count is complete',
      { averagePrice: price('10'), filledAt: 900, cumulativeQuantity: quantity('100') },
      TRUSTING,
      'status:abstain quantity:yes price:yes time:yes',
    ],
  ] as const)('when %s', (_situation, changes, proofs, expected) => expect(answers(changes, proofs)).toBe(expected))
  it('and leaves the confidence at nothing when nobody speaks', () => {
    expect(verify({}, TRUSTING)).toMatchObject({ complete: false, confidence: 0, methods: [], disagrees: false })
  })
})

describe('a witness that knows better says no', () => {
  it.each(['received', 'working', 'cancelled', 'rejected', 'expired'] as const)('status %s', (status) => {
    expect(answers({ status, rawStatus: status })).toContain('status:no')
    expect(verify({ status, rawStatus: status }).complete).toBe(false)
  })
  it.each(['0', '0.000001', '99.999999'])('quantity %s of 100', (cumulative) => {
    expect(answers({ cumulativeQuantity: quantity(cumulative) })).toContain('quantity:no')
  })
  it('nothing filled of nothing ordered is no fill', () => {
    const report = { ...SILENT, cumulativeQuantity: quantity('0') }
    expect(verifyFill(quantity('0'), report, WARY).complete).toBe(false)
  })
})

describe('the evidence', () => {
  it('is told for every witness in words', () => {
    const changes = { status: 'filled', rawStatus: 'FILLED', averagePrice: price('10.5'), filledAt: 0 } as const
    expect(verify({ ...changes, cumulativeQuantity: quantity('100') }, TRUSTING).evidence).toEqual({
      status: { answer: 'yes', evidence: 'status FILLED means filled' },
      quantity: { answer: 'yes', evidence: '100 filled of 100' },
      price: { answer: 'yes', evidence: 'average price 10.5' },
      time: { answer: 'yes', evidence: 'fill time 1970-01-01T00:00:00.000Z' },
    })
  })
  it('says why a witness abstains', () => {
    const silent = verify({}, TRUSTING).witnesses.map((witness) => witness.evidence)
    expect(silent).toEqual([
      'status ? means unknown',
      'no filled quantity reported',
      'no price reported',
      'no time reported',
    ])
    const wary = verify({ averagePrice: price('1') }, WARY).witnesses.map((witness) => witness.evidence)
    expect(wary[2]).toBe('average price 1, which also stands on a partial fill here')
    const partial = verify({ averagePrice: price('1'), cumulativeQuantity: quantity('50') }, TRUSTING)
    expect(partial.witnesses[2]?.evidence).toBe('average price 1, but only 50 of 100 is counted')
  })
})

describe('witnesses heard over time', () => {
  const said = (method: Witness['method'], answer: Witness['answer'], at: number): Witness => ({
    method,
    answer,
    at,
    evidence: '',
  })
  it.each([
    ['a yes stands against an older no', [said('status', 'yes', 2), said('quantity', 'no', 1)], true, 0.5],
    ['a yes stands against a no of the same instant', [said('status', 'yes', 2), said('quantity', 'no', 2)], true, 0.5],
    ['a newer no stands against a yes', [said('status', 'yes', 2), said('quantity', 'no', 3)], false, 0.5],
    [
      'the newest yes counts',
      [said('status', 'yes', 1), said('quantity', 'no', 2), said('price', 'yes', 3)],
      true,
      2 / 3,
    ],
    ['a method is heard by its last word', [said('status', 'yes', 1), said('status', 'no', 2)], false, 0],
    ['whatever order it came in', [said('status', 'no', 2), said('status', 'yes', 1)], false, 0],
    ['an abstention takes nothing back', [said('status', 'yes', 1), said('status', 'abstain', 2)], true, 1],
    ['nor does one that came first', [said('status', 'abstain', 2), said('status', 'yes', 1)], true, 1],
    ['at one instant yes outweighs no', [said('status', 'yes', 1), said('status', 'no', 1)], true, 1],
    ['in either order', [said('status', 'no', 1), said('status', 'yes', 1)], true, 1],
    ['noes alone prove nothing', [said('status', 'no', 1)], false, 0],
    ['nobody proves nothing', [], false, 0],
  ] as const)('%s', (_situation, heard, complete, confidence) => {
    expect(weighWitnesses(heard)).toMatchObject({ complete, confidence })
  })
  it('are told by their first evidence when they say the same twice at one instant', () => {
    const first = { ...said('status', 'yes', 1), evidence: 'first' }
    const again = { ...first, evidence: 'again' }
    expect(weighWitnesses([first, again]).evidence).toEqual({ status: { answer: 'yes', evidence: 'first' } })
  })
  it('disagree when a yes and a no both stand', () => {
    expect(weighWitnesses([said('status', 'yes', 2), said('quantity', 'no', 3)]).disagrees).toBe(true)
    expect(weighWitnesses([said('status', 'yes', 2), said('status', 'no', 3)]).disagrees).toBe(false)
    expect(weighWitnesses([said('status', 'yes', 2), said('quantity', 'abstain', 3)]).disagrees).toBe(false)
  })
})

describe('an honest venue, whatever it reports and in whatever order it arrives', () => {
  /** A life of an order: how much was filled at each instant, told with any fields left out. */
  const life = fc
    .array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 8 })
    .map((steps) => [...steps].sort((a, b) => a - b))
  const shape = fc.record({ status: fc.boolean(), quantity: fc.boolean(), price: fc.boolean(), time: fc.boolean() })
  const habits = fc.record({ averagePriceOnlyWhenComplete: fc.boolean(), fillTimeOnlyWhenComplete: fc.boolean() })

  function reportOf(
    filled: number,
    at: number,
    shows: { status: boolean; quantity: boolean; price: boolean; time: boolean },
    proofs: FillProofs,
  ): FillReport {
    const isComplete = filled === 100
    const showsPrice = shows.price && (isComplete || (filled > 0 && !proofs.averagePriceOnlyWhenComplete))
    const showsTime = shows.time && (isComplete || (filled > 0 && !proofs.fillTimeOnlyWhenComplete))
    return {
      at,
      status: shows.status ? (isComplete ? 'filled' : 'working') : 'unknown',
      rawStatus: shows.status ? (isComplete ? 'filled' : 'partially_filled') : '?',
      ...(shows.quantity ? { cumulativeQuantity: Decimal.of(BigInt(filled), 0) as Quantity } : {}),
      ...(showsPrice ? { averagePrice: price('10') } : {}),
      ...(showsTime ? { filledAt: at } : {}),
    }
  }

  it('an order that is not complete is never taken for filled', () => {
    fc.assert(
      fc.property(
        life,
        fc.array(shape, { minLength: 8, maxLength: 8 }),
        habits,
        fc.infiniteStream(fc.nat()),
        (filled, shows, proofs, chance) => {
          const reports = filled.map((amount, index) =>
            reportOf(amount, index, shows[index] ?? { status: true, quantity: true, price: true, time: true }, proofs),
          )
          const shuffled = reports
            .map((report) => ({ report, key: chance.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
          const heard = shuffled.flatMap(({ report }) => hearWitnesses(ORDERED, report, proofs))
          expect(weighWitnesses(heard).complete).toBe(false)
          for (const report of reports) expect(verifyFill(ORDERED, report, proofs).complete).toBe(false)
        },
      ),
      { numRuns: 3_000 },
    )
  })
  it('a complete fill is found by any one of the witnesses, and any order of arrival gives the same verdict', () => {
    fc.assert(
      fc.property(life, fc.array(shape, { minLength: 9, maxLength: 9 }), habits, (filled, shows, proofs) => {
        const told = [...filled, 100].map((amount, index) =>
          reportOf(amount, index, shows[index] ?? { status: true, quantity: true, price: true, time: true }, proofs),
        )
        const heard = told.flatMap((report) => hearWitnesses(ORDERED, report, proofs))
        const last = shows[filled.length]
        const speaks =
          last?.status ||
          last?.quantity ||
          (last?.price && proofs.averagePriceOnlyWhenComplete) ||
          (last?.time && proofs.fillTimeOnlyWhenComplete)
        const verdict = weighWitnesses(heard)
        expect(verdict.complete).toBe(Boolean(speaks))
        const { complete, methods, confidence } = weighWitnesses([...heard].reverse())
        expect({ complete, methods, confidence }).toEqual({
          complete: verdict.complete,
          methods: verdict.methods,
          confidence: verdict.confidence,
        })
      }),
      { numRuns: 3_000 },
    )
  })
})
