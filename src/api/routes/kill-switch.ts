import { z } from 'zod'
import { formatTime, type Instant } from '../../core/time.ts'
import type { HaltState } from '../../ports/order-commands.ts'
import type { ApiDeps } from '../api-deps.ts'
import { type Call, call } from '../call.ts'
import { Problem } from '../problem.ts'
import { instantInQuery, timeText } from '../views/kinds.ts'

const REASON = 'text of 1 to 200 characters'
const HALT = z.strictObject({
  reason: z
    .string({ error: REASON })
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,200}$/u, { error: REASON })
    .optional(),
  cancel_open: z
    .boolean({ error: 'true or false' })
    .optional()
    .meta({ description: 'Also cancel our working orders. Default false.' }),
})
const RESUME = z.strictObject({
  since: instantInQuery
    .optional()
    .meta({ description: 'The halt that is meant: `since` of its answer. Another one is not ended.' }),
})
export const HALT_STATE = z
  .object({
    halted: z.boolean(),
    since: timeText('Halted at.').optional(),
    reason: z.string().optional(),
    by: z.string().optional(),
  })
  .meta({ id: 'Halt' })
const HALTED = HALT_STATE.extend({
  denied: z.int().meta({ description: 'Orders that were not sent yet and never will be.' }),
  cancelling: z.int().meta({ description: 'Orders whose cancel is on its way.' }),
}).meta({ id: 'Halted' })

export const presentHalt = ({ halted, since, reason, by }: HaltState) => ({
  halted,
  ...(since === undefined ? {} : { since: formatTime(since) }),
  ...(reason === undefined ? {} : { reason }),
  ...(by === undefined ? {} : { by }),
})

type HaltBody = z.output<typeof HALT>
export const killSwitchCalls = ({ commands }: Pick<ApiDeps, 'commands'>): readonly Call[] => [
  call<undefined, HaltBody>({
    method: 'POST',
    path: '/v1/halt',
    id: 'halt',
    tag: 'Kill switch',
    summary: 'Stop sending orders',
    description:
      'Durable before the answer, and over a restart. Nothing more is sent; cancels still are. The body may be left out.',
    access: 'trade',
    urgent: true,
    body: { schema: HALT, example: { reason: 'prices look wrong', cancel_open: true }, isOptional: true },
    answers: {
      200: {
        what: 'Halted.',
        schema: HALTED,
        example: {
          halted: true,
          since: '2026-03-02T14:31:00.000Z',
          reason: 'prices look wrong',
          by: 'desk',
          denied: 2,
          cancelling: 4,
        },
      },
    },
    problems: ['body.invalid', 'store.unavailable'],
    run: async ({ body: { reason, cancel_open = false }, by }) => {
      const answer = await commands.halt({ reason: reason ?? `asked for by ${by}`, by, cancelOpen: cancel_open })
      return { status: 200, json: { ...presentHalt(answer), denied: answer.denied, cancelling: answer.cancelling } }
    },
  }),
  call<undefined, { readonly since?: Instant | undefined }>({
    method: 'POST',
    path: '/v1/resume',
    id: 'resume',
    tag: 'Kill switch',
    summary: 'Send orders again',
    access: 'admin',
    urgent: true,
    body: { schema: RESUME, example: { since: '2026-03-02T14:31:00.000Z' }, isOptional: true },
    answers: {
      200: { what: 'Orders are sent again.', schema: HALT_STATE, example: { halted: false } },
      409: {
        what: 'Not resumed: `halt.file_present` while the file HALT exists, `halt.other_since` when another halt is meant.',
        mediaType: 'application/problem+json',
        example: {
          type: 'urn:surefill:problem:halt.file_present',
          title: 'Not resumed',
          status: 409,
          detail: 'the file HALT exists in the data directory',
          code: 'halt.file_present',
          errors: [],
          trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
        },
      },
    },
    run: async ({ body: { since }, by }) => {
      const answer = await commands.resume({ by, ...(since === undefined ? {} : { since }) })
      if (answer.kind === 'refused') throw new Problem(409, answer.code, 'Not resumed', answer.message)
      return { status: 200, json: { halted: false } }
    },
  }),
]
