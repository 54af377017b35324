import { z } from 'zod'
import { type CaseId, caseId } from '../../core/case.ts'
import type { CaseFilter } from '../../ports/order-store.ts'
import type { ApiDeps } from '../api-deps.ts'
import { type Call, call } from '../call.ts'
import { problem } from '../problem.ts'
import type { ProblemCode } from '../problem-codes.ts'
import { CASE, CASE_EXAMPLE, CASE_STATE, presentCase } from '../views/case-view.ts'
import { cursorInQuery, formatCursor } from '../views/cursor.ts'
import { limitInQuery, nameInQuery } from '../views/kinds.ts'

export const CASE_QUERY = z.strictObject({
  state: CASE_STATE.optional(),
  account: nameInQuery('account').optional(),
  limit: limitInQuery.optional(),
  cursor: cursorInQuery.optional(),
})
const REASON = 'text of 1 to 200 characters'
const DECISION = z.strictObject({
  choice: z.string({ error: 'one of the choices of the case' }).regex(/^[a-z_]{1,40}$/, {
    error: 'one of the choices of the case',
  }),
  reason: z
    .string({ error: REASON })
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,200}$/u, { error: REASON })
    .optional()
    .meta({ description: 'Kept with the decision.' }),
  broker_order_id: z
    .string({ error: "the venue's id of an order" })
    .regex(/^[\x21-\x7e]{1,128}$/, { error: "the venue's id of an order" })
    .optional()
    .meta({ description: 'For `adopt`: the order at the venue that is ours.' }),
})
type Decision = z.output<typeof DECISION>

const DEFAULT_LIMIT = 100
/** What the desk refuses with, and how it is told. */
const REFUSALS: ReadonlySet<string> = new Set<ProblemCode>([
  'case.closed',
  'case.choice',
  'case.underway',
  'case.not_carried_out',
  'case.order_absent',
  'case.order_claimed',
  'case.order_misfit',
  'venue.unreadable',
])
const isRefusal = (code: string): code is ProblemCode => REFUSALS.has(code)

export const caseCalls = ({ commands, reader }: Pick<ApiDeps, 'commands' | 'reader'>): readonly Call[] => [
  call({
    method: 'GET',
    path: '/v1/cases',
    id: 'listCases',
    tag: 'Cases',
    summary: 'What needs a human, newest first',
    access: 'read',
    query: CASE_QUERY,
    answers: {
      200: {
        what: 'One page; `next_cursor` is absent on the last.',
        schema: z.object({ items: z.array(CASE), next_cursor: z.string().optional() }),
        example: { items: [CASE_EXAMPLE] },
      },
    },
    run: async ({ query: { state, account, limit = DEFAULT_LIMIT, cursor } }) => {
      const filter: CaseFilter = { ...(state && { state }), ...(account && { account }) }
      const page = { limit, newestFirst: true, ...(cursor === undefined ? {} : { after: cursor }) }
      const { items, next } = await reader.cases(filter, page)
      const more = next === undefined ? {} : { next_cursor: formatCursor(next) }
      return { status: 200, json: { items: items.map(presentCase), ...more } }
    },
  }),
  call({
    method: 'GET',
    path: '/v1/cases/{id}',
    id: 'getCase',
    tag: 'Cases',
    summary: 'One case',
    access: 'read',
    answers: { 200: { what: 'As it stands.', schema: CASE, example: CASE_EXAMPLE } },
    problems: ['case.unknown'],
    run: async ({ params }) => {
      const found = await reader.case(idIn(params))
      if (found === undefined) throw problem('case.unknown')
      return { status: 200, json: presentCase(found) }
    },
  }),
  call<undefined, Decision>({
    method: 'POST',
    path: '/v1/cases/{id}/resolve',
    id: 'resolveCase',
    tag: 'Cases',
    summary: 'Decide a case',
    description:
      'The decision is durable, with your name, before anything is done about it. A choice that cannot be carried out is ' +
      'refused and changes nothing; one that leaves everything as it is leaves the case open.',
    access: 'admin',
    body: { schema: DECISION, example: { choice: 'confirm_absent', reason: 'seen at the broker: it is not there' } },
    answers: { 200: { what: 'Decided, and done.', schema: CASE, example: CASE_EXAMPLE } },
    problems: [
      'case.unknown',
      'case.closed',
      'case.choice',
      'case.underway',
      'case.order_absent',
      'case.order_claimed',
      'case.order_misfit',
      'case.not_carried_out',
      'venue.unreadable',
      'store.unavailable',
    ],
    run: async ({ params, body: { choice, reason, broker_order_id }, by }) => {
      const id = idIn(params)
      const given = broker_order_id === undefined ? {} : { broker_order_id }
      const answer = await commands.resolveCase({ id, choice, by, given, ...(reason === undefined ? {} : { reason }) })
      if (answer.kind === 'unknown_case') throw problem('case.unknown')
      if (answer.kind === 'refused') throw problem(isRefusal(answer.code) ? answer.code : 'internal', answer.message)
      return { status: 200, json: presentCase(answer.found) }
    },
  }),
]

const idIn = (params: Readonly<Record<string, string>>): CaseId => caseId(params.id ?? '')
