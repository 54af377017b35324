import type { ApiDeps } from '../api-deps.ts'
import { type Call, call } from '../call.ts'

const TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export const metricsCalls = ({ metrics }: Pick<ApiDeps, 'metrics'>): readonly Call[] => [
  call({
    method: 'GET',
    path: '/metrics',
    id: 'getMetrics',
    tag: 'Daemon',
    summary: 'Figures for Prometheus',
    access: 'read',
    answers: {
      200: {
        what: 'Every name begins with surefill_.',
        mediaType: 'text/plain',
        example: 'surefill_open_orders{account="paper"} 1\n',
      },
    },
    run: async () => ({ status: 200, text: await metrics(), headers: { 'content-type': TYPE } }),
  }),
]
