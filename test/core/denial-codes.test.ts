import { describe, expect, it } from 'vitest'
import { DENIAL_CODES, type DenialCode, explainDenial } from '../../src/core/denial-codes.ts'
import type { LimitPriceResult } from '../../src/core/limit-price-calculator.ts'
import type { OrderTypeDenial, TimeInForceSelection } from '../../src/core/order-type-selection.ts'
import type { SizeDenial } from '../../src/core/sizing.ts'

type CodeOf<T> = T extends { readonly code: infer C } ? C : never
type Planned = CodeOf<LimitPriceResult> | CodeOf<OrderTypeDenial> | CodeOf<TimeInForceSelection> | SizeDenial
/** Fails to compile when planning denies with a code that the table does not explain. */
const explained: [Exclude<Planned, DenialCode>] extends [never] ? true : never = true

describe('the codes of denied orders', () => {
  it('explain whatever planning may deny', () => expect(explained).toBe(true))

  it('are each listed once', () => {
    const codes = DENIAL_CODES.map(({ code }) => code)
    expect(new Set(codes).size).toBe(codes.length)
  })

  it.each(DENIAL_CODES.map((row) => [row.code, row] as const))('%s says what it means and what to do', (code, row) => {
    expect(code).toMatch(/^[a-z_]+(\.[a-z_]+){0,2}$/)
    for (const text of [row.title, row.meaning, row.remedy]) expect(text).toMatch(/^[A-Z].{5,}$/)
    for (const sentence of [row.meaning, row.remedy]) expect(sentence).toMatch(/[.]$/)
    expect(explainDenial(code)).toBe(row)
  })

  it('stand in docs/denial-codes.md as they stand in the table', async () => {
    await expect(page()).toMatchFileSnapshot('../../docs/denial-codes.md')
  })
})

function page(): string {
  const rows = DENIAL_CODES.map(
    ({ code, title, meaning, remedy }) => `| \`${code}\` | **${title}.** ${meaning} | ${remedy} |`,
  )
  return [
    '# Denial codes',
    '',
    'A denied order was never sent: Surefill said no, and the order keeps the code, the value that was measured and the',
    'limit it was measured against. `surefill order ID` and `GET /v1/orders/ID/why` show every rule that was looked at.',
    'What a venue refused is `rejected` instead, with the reason in the words of the venue.',
    '',
    'A code never changes its meaning, so programs may branch on it. New ones may be added.',
    '',
    '| code | what it means | what to do |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
