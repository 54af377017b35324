import { z } from 'zod'
import { type Case, type CaseKind, CHOICES } from '../../core/case.ts'
import { caseToRecord } from '../../core/case-record.ts'
import { idText, timeText } from './kinds.ts'

const KIND = z.enum(Object.keys(CHOICES) as [CaseKind, ...CaseKind[]])
export const CASE_STATE = z.enum(['open', 'closed'])

export const CASE = z
  .object({
    id: idText('Of the case.'),
    kind: KIND,
    subject: z.string().meta({ description: 'What it is about: an order of ours, a symbol, an order at the venue.' }),
    state: CASE_STATE,
    account: z.string(),
    symbol: z.string().optional(),
    order_id: idText('The order of ours it is about.').optional(),
    opened_at: timeText('Opened.'),
    closed_at: timeText('Closed.').optional(),
    outcome: z.string().optional().meta({ description: 'Why it is closed.' }),
    evidence: z.array(
      z.object({
        at: timeText('Seen.'),
        channel: z.string(),
        summary: z.string(),
        raw: z.unknown().optional().meta({ description: 'In the words it was found in.' }),
      }),
    ),
    evidence_left_out: z.int().meta({ description: 'Looks between the first and the newest that are not shown.' }),
    choices: z
      .array(z.object({ name: z.string(), effect: z.string(), needs: z.array(z.string()) }))
      .meta({ description: 'What can be decided; none once it is closed.' }),
    decision: z
      .object({
        choice: z.string(),
        by: z.string(),
        at: timeText('Decided.'),
        reason: z.string().optional(),
        given: z.record(z.string(), z.string()).optional(),
      })
      .optional(),
  })
  .meta({ id: 'Case' })

export const CASE_EXAMPLE = {
  id: '0199f3a0-9c11-7a52-b1d0-2b4c6d8e0f13',
  kind: 'unconfirmed',
  subject: '0199f3a0-5b1e-7c44-9d21-7f0a2b3c4d5e',
  state: 'open',
  account: 'paper',
  symbol: 'AAPL',
  order_id: '0199f3a0-5b1e-7c44-9d21-7f0a2b3c4d5e',
  opened_at: '2026-03-02T14:31:05.000Z',
  evidence: [
    {
      at: '2026-03-02T14:31:05.000Z',
      channel: 'submit',
      summary: 'nobody knows whether the venue has it: no answer in time',
      raw: { side: 'buy', quantity: '10', symbol: 'AAPL', limit_price: '230.12' },
    },
    { at: '2026-03-02T14:31:05.000Z', channel: 'look_up', summary: 'cannot be read: connection refused' },
  ],
  evidence_left_out: 0,
  choices: CHOICES.unconfirmed.map((choice) => ({ ...choice, needs: [...choice.needs] })),
}

export const presentCase = (found: Case) => {
  const { version: _version, ...shown } = caseToRecord(found)
  return { ...shown, choices: found.state === 'open' ? CHOICES[found.kind] : [] }
}
