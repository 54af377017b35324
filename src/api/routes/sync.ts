import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { type Call, call } from '../call.ts'
import { presentSync, SYNC_EXAMPLE, SYNC_REPORT } from '../views/sync-view.ts'

const BODY = z.strictObject({
  adopt: z.boolean().optional().meta({
    description: 'Take over, as opening, what the venue holds of symbols we have no record of.',
  }),
})

export const syncCalls = ({ commands, clock }: Pick<ApiDeps, 'commands' | 'clock'>): readonly Call[] => [
  call<undefined, z.output<typeof BODY> | undefined>({
    method: 'POST',
    path: '/v1/sync',
    id: 'sync',
    tag: 'Daemon',
    summary: 'Hold our books against every venue now',
    description:
      'Reads orders, executions and positions of every account to their end, books what is missing, and reports. ' +
      'Asked twice, the second time finds nothing. Nothing at a venue is changed.',
    access: 'trade',
    body: { schema: BODY, example: {}, isOptional: true },
    answers: { 200: { what: 'What was found is durable.', schema: SYNC_REPORT, example: SYNC_EXAMPLE } },
    problems: ['store.unavailable'],
    run: async ({ body }) => {
      const start = clock.monotonic()
      const reports = await commands.sync({ adopt: body?.adopt === true })
      const accounts = reports.map(presentSync)
      return { status: 200, json: { elapsed_ms: Math.round(clock.monotonic() - start), accounts } }
    },
  }),
]
