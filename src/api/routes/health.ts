import { z } from 'zod'
import type { DaemonStatus } from '../../ports/order-commands.ts'
import type { ApiDeps } from '../api-deps.ts'
import { type Answer, type Call, call } from '../call.ts'
import { problem } from '../problem.ts'

const HEALTH = z.object({ status: z.enum(['ok', 'halted', 'degraded']) }).meta({ id: 'Health' })

/** Open to everybody, so it says no more than a load balancer needs. */
export function healthCalls({ commands }: Pick<ApiDeps, 'commands'>): readonly Call[] {
  const common = { method: 'GET', tag: 'Daemon', access: 'public', anyHost: true } as const
  const answers = {
    200: { what: 'Fit to be sent to, also when halted or degraded.', schema: HEALTH, example: { status: 'ok' } },
  }
  const ready = (): Answer => readyAnswer(commands.status())
  return [
    call({
      ...common,
      path: '/health',
      id: 'getHealth',
      summary: 'Fit to be sent to?',
      answers,
      problems: ['health.not_ready'],
      run: ready,
    }),
    call({
      ...common,
      path: '/health/ready',
      id: 'getReadiness',
      summary: 'Fit to be sent to?',
      answers,
      problems: ['health.not_ready'],
      run: ready,
    }),
    call({
      ...common,
      path: '/health/live',
      id: 'getLiveness',
      summary: 'Does it turn?',
      answers: { 200: { what: 'It turns.', schema: HEALTH, example: { status: 'ok' } } },
      run: () => ({ status: 200, json: { status: 'ok' } }),
    }),
  ]
}

function readyAnswer({ ready, notReady, halt, accounts }: DaemonStatus): Answer {
  if (!ready) {
    const errors = notReady.map((message) => ({ code: 'not_ready', message }))
    throw problem('health.not_ready', undefined, { errors, headers: { 'retry-after': '1' } })
  }
  const degraded = accounts.some(({ gate, openCases }) => !gate.open || openCases > 0)
  return { status: 200, json: { status: halt.halted ? 'halted' : degraded ? 'degraded' : 'ok' } }
}
