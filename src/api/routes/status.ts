import { z } from 'zod'
import { formatTime } from '../../core/time.ts'
import type { AccountStatus, DaemonStatus } from '../../ports/order-commands.ts'
import type { ApiDeps } from '../api-deps.ts'
import { type Call, call } from '../call.ts'
import { timeText } from '../views/kinds.ts'
import { HALT_STATE, presentHalt } from './kill-switch.ts'

const ACCOUNT = z
  .object({
    name: z.string(),
    venue: z.string(),
    currency: z.string(),
    open_orders: z.int(),
    unconfirmed: z.int(),
    queued: z.int(),
    breaker: z.string().meta({ description: '`open_for_business`, `reduce_only` or `halted`.' }),
    trips: z
      .array(
        z.object({
          trigger: z.string(),
          stance: z.enum(['reduce_only', 'halted']),
          value: z.string(),
          limit: z.string(),
          over: z.boolean(),
          resumes: z.enum(['automatic', 'operator']),
        }),
      )
      .meta({
        description:
          'Why the breaker is open. `over`: the cause has passed. `resumes`: after quiet time by itself, or only once an operator has resumed.',
      }),
    gate: z.object({ open: z.boolean(), closed_for: z.array(z.string()) }),
    stream: z.object({ enabled: z.boolean(), connected_since: timeText('Connected.').optional() }),
    polling: z.object({ cycles: z.int(), calls: z.int(), errors: z.int(), last_cycle_ms: z.number() }),
    foreign_reports: z.int(),
    foreign_orders: z.int().meta({ description: 'Open orders at the venue that are not ours.' }),
    quarantined: z.array(z.string()).meta({ description: "Symbols held back: our position and the venue's differ." }),
    open_cases: z.int().meta({ description: 'What waits for a human; see `/v1/cases`.' }),
    synced_at: timeText('The last complete sync began.').optional(),
  })
  .meta({ id: 'AccountStatus' })
const STATUS_VIEW = z
  .object({
    mode: z.enum(['paper', 'live', 'dry_run']),
    version: z.string(),
    versions: z.object({ surefill: z.string(), node: z.string(), config: z.string() }),
    session_id: z.string(),
    started_at: timeText('Start.'),
    config_version: z.string(),
    ready: z.boolean(),
    not_ready: z.array(z.string()),
    halt: HALT_STATE,
    accounts: z.array(ACCOUNT),
    self_check: z.object({
      checked: z.int(),
      violations: z.array(
        z.object({ account: z.string(), invariant: z.string(), message: z.string(), at: timeText('Found.') }),
      ),
    }),
    sinks: z.array(z.object({ sink: z.string(), behind: z.int(), failing: z.string().optional() })),
  })
  .meta({ id: 'Status' })

const EXAMPLE = {
  mode: 'paper',
  version: '0.1.0',
  versions: { surefill: '0.1.0', node: 'v26.10.0', config: '9f2c41d0' },
  session_id: '0199f3a0-11c2-7d3e-8a01-3f1d2c4b5a69',
  started_at: '2026-03-02T14:29:00.000Z',
  config_version: '9f2c41d0',
  ready: true,
  not_ready: [],
  halt: { halted: false },
  accounts: [
    {
      name: 'paper',
      venue: 'paper',
      currency: 'USD',
      open_orders: 1,
      unconfirmed: 0,
      queued: 0,
      breaker: 'open_for_business',
      trips: [],
      gate: { open: true, closed_for: [] },
      stream: { enabled: true, connected_since: '2026-03-02T14:29:00.100Z' },
      polling: { cycles: 12, calls: 12, errors: 0, last_cycle_ms: 3 },
      foreign_reports: 0,
      foreign_orders: 0,
      quarantined: [],
      open_cases: 0,
      synced_at: '2026-03-02T14:29:00.080Z',
    },
  ],
  self_check: { checked: 42, violations: [] },
  sinks: [{ sink: 'audit', behind: 0 }],
}

export const statusCalls = ({ commands }: Pick<ApiDeps, 'commands'>): readonly Call[] => [
  call({
    method: 'GET',
    path: '/v1/status',
    id: 'getStatus',
    tag: 'Daemon',
    summary: 'How the daemon is',
    access: 'read',
    answers: { 200: { what: 'Now.', schema: STATUS_VIEW, example: EXAMPLE } },
    run: () => ({ status: 200, json: presentStatus(commands.status()) }),
  }),
]

export const presentStatus = (status: DaemonStatus) => ({
  mode: status.mode,
  version: status.version,
  versions: { surefill: status.version, node: process.version, config: status.configVersion },
  session_id: status.sessionId,
  started_at: formatTime(status.startedAt),
  config_version: status.configVersion,
  ready: status.ready,
  not_ready: status.notReady,
  halt: presentHalt(status.halt),
  accounts: status.accounts.map(presentAccount),
  self_check: {
    checked: status.selfCheck.checked,
    violations: status.selfCheck.violations.map(({ at, ...violation }) => ({ ...violation, at: formatTime(at) })),
  },
  sinks: status.sinks.map(({ sink, behind, failing }) => ({
    sink,
    behind,
    ...(failing === undefined ? {} : { failing }),
  })),
})

const presentAccount = ({
  name,
  venue,
  currency,
  queued,
  unconfirmed,
  breaker,
  trips,
  gate,
  stream,
  polling,
  ...more
}: AccountStatus) => ({
  name,
  venue,
  currency,
  open_orders: more.openOrders,
  unconfirmed,
  queued,
  breaker,
  trips: trips.map(({ isOver, ...trip }) => ({ ...trip, over: isOver })),
  gate: { open: gate.open, closed_for: gate.closedFor },
  stream: {
    enabled: stream.enabled,
    ...(stream.connectedSince === undefined ? {} : { connected_since: formatTime(stream.connectedSince) }),
  },
  polling: { cycles: polling.cycles, calls: polling.calls, errors: polling.errors, last_cycle_ms: polling.lastCycleMs },
  foreign_reports: more.foreignReports,
  foreign_orders: more.foreignOrders,
  quarantined: more.quarantined,
  open_cases: more.openCases,
  ...(more.syncedAt === undefined ? {} : { synced_at: formatTime(more.syncedAt) }),
})
