import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { type Call, call } from '../call.ts'

const REPORT = z
  .object({
    elapsed_ms: z.number(),
    accounts: z.array(
      z.object({
        account: z.string(),
        open_orders: z.int(),
        unconfirmed: z.int(),
        calls: z.int().meta({ description: 'Calls to the venue while it ran.' }),
        errors: z.int().meta({ description: 'Of these, how many failed.' }),
      }),
    ),
  })
  .meta({ id: 'SyncReport' })

const EXAMPLE = {
  elapsed_ms: 41,
  accounts: [{ account: 'paper', open_orders: 1, unconfirmed: 0, calls: 1, errors: 0 }],
}

export const syncCalls = ({ commands, clock }: Pick<ApiDeps, 'commands' | 'clock'>): readonly Call[] => [
  call<undefined, unknown>({
    method: 'POST',
    path: '/v1/sync',
    id: 'sync',
    tag: 'Daemon',
    summary: 'Ask every venue about every open order now',
    access: 'trade',
    body: { schema: z.strictObject({}), example: {}, isOptional: true },
    answers: { 200: { what: 'The answers are applied.', schema: REPORT, example: EXAMPLE } },
    problems: ['store.unavailable'],
    run: async () => {
      const start = clock.monotonic()
      const before = new Map(commands.status().accounts.map(({ name, polling }) => [name, polling]))
      await commands.sync()
      const accounts = commands.status().accounts.map(({ name, openOrders, unconfirmed, polling }) => ({
        account: name,
        open_orders: openOrders,
        unconfirmed,
        calls: polling.calls - (before.get(name)?.calls ?? 0),
        errors: polling.errors - (before.get(name)?.errors ?? 0),
      }))
      return { status: 200, json: { elapsed_ms: Math.round(clock.monotonic() - start), accounts } }
    },
  }),
]
