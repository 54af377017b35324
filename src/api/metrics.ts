import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { DaemonStatus } from '../ports/order-commands.ts'

/** Seconds; from a fast venue on the same machine to an order that rested a while. */
const SUBMIT_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 10]
const FILL_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800]

export interface MetricsSources {
  readonly status: () => DaemonStatus
  /** How late the loop turns, in seconds, since the figure was read last. */
  readonly eventLoopDelay: () => { readonly p50: number; readonly p99: number; readonly max: number }
  readonly residentBytes: () => number
}

/**
 * What Prometheus reads. Guarantees: every name begins with `surefill_`; labels come out of small fixed sets, never out of
 * what a caller or a venue wrote, so that nobody can fill the memory with series; figures that the status knows are read
 * from it when they are asked for.
 */
export class SurefillMetrics {
  readonly #registry = new Registry()
  readonly #orders: Counter<'account' | 'status'>
  readonly #submissions: Counter<'account' | 'outcome'>
  readonly #denials: Counter<'account' | 'code'>
  readonly #submitSeconds: Histogram<'account'>
  readonly #fillSeconds: Histogram<'account'>
  readonly #admitSeconds: Histogram<string>
  readonly #problems: Counter<'code' | 'status'>

  constructor(sources: MetricsSources) {
    const registers = [this.#registry]
    const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
      new Counter({ name: `surefill_${name}`, help, labelNames, registers })
    const histogram = <L extends string>(name: string, help: string, labelNames: L[], buckets: number[]) =>
      new Histogram({ name: `surefill_${name}`, help, labelNames, buckets, registers })

    this.#orders = counter('orders_total', 'Orders that came into a state.', ['account', 'status'])
    this.#submissions = counter('submissions_total', 'Submits by what is known of them.', ['account', 'outcome'])
    this.#denials = counter('denials_total', 'Orders denied, by code.', ['account', 'code'])
    this.#problems = counter('api_problems_total', 'Answers of the API that were problems.', ['code', 'status'])
    this.#admitSeconds = histogram('admission_seconds', 'Signal received to intent durable.', [], SUBMIT_BUCKETS)
    this.#submitSeconds = histogram('submission_seconds', 'First byte out to answer.', ['account'], SUBMIT_BUCKETS)
    this.#fillSeconds = histogram('fill_detection_seconds', 'Sent to complete fill known.', ['account'], FILL_BUCKETS)
    gaugesFromStatus(this.#registry, sources.status)
    gaugesOfProcess(this.#registry, sources)
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }

  order(account: string, status: string): void {
    this.#orders.inc({ account, status })
  }
  submission(account: string, outcome: 'accepted' | 'refused' | 'unknown', latencyMs?: number): void {
    this.#submissions.inc({ account, outcome })
    if (latencyMs !== undefined) this.#submitSeconds.observe({ account }, latencyMs / 1_000)
  }
  denial(account: string, code: string): void {
    this.#denials.inc({ account, code })
  }
  admission(elapsedMs: number): void {
    this.#admitSeconds.observe(elapsedMs / 1_000)
  }
  fill(account: string, elapsedMs: number): void {
    this.#fillSeconds.observe({ account }, elapsedMs / 1_000)
  }
  problem({ code, status }: { readonly code: string; readonly status: number }): void {
    this.#problems.inc({ code, status: String(status) })
  }
}

type Reading<L extends string> = readonly (readonly [labels: Partial<Record<L, string>>, value: number])[]

/** A gauge that is read when it is asked for; what is gone since then is no longer shown. */
function gauge<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  labels: L[],
  read: () => Reading<L>,
): void {
  new Gauge({
    name: `surefill_${name}`,
    help,
    labelNames: labels,
    registers: [registry],
    collect() {
      this.reset()
      for (const [of, value] of read()) this.set(of, value)
    },
  })
}

function gaugesFromStatus(registry: Registry, status: () => DaemonStatus): void {
  const accounts = () => status().accounts
  gauge(registry, 'halted', '1 while the kill switch is on.', [], () => [[{}, status().halt.halted ? 1 : 0]])
  gauge(registry, 'ready', '1 once signals are taken.', [], () => [[{}, status().ready ? 1 : 0]])
  gauge(registry, 'open_orders', 'Orders that are not final.', ['account'], () =>
    accounts().map(({ name, openOrders }) => [{ account: name }, openOrders]),
  )
  gauge(registry, 'unconfirmed_orders', 'Orders whose fate nobody knows yet.', ['account'], () =>
    accounts().map(({ name, unconfirmed }) => [{ account: name }, unconfirmed]),
  )
  gauge(registry, 'queued_orders', 'Orders that wait for their turn.', ['account'], () =>
    accounts().map(({ name, queued }) => [{ account: name }, queued]),
  )
  gauge(registry, 'gate_open', '1 while orders may leave.', ['account'], () =>
    accounts().map(({ name, gate }) => [{ account: name }, gate.open ? 1 : 0]),
  )
  gauge(registry, 'breaker', '1 for the state the breaker is in.', ['account', 'state'], () =>
    accounts().map(({ name, breaker }) => [{ account: name, state: breaker }, 1]),
  )
  gauge(registry, 'stream_connected', "1 while the venue's stream is up.", ['account'], () =>
    accounts().map(({ name, stream }) => [{ account: name }, stream.connectedSince === undefined ? 0 : 1]),
  )
  gauge(registry, 'polling_calls', 'Calls that polling made since the start.', ['account'], () =>
    accounts().map(({ name, polling }) => [{ account: name }, polling.calls]),
  )
  gauge(registry, 'polling_errors', 'Of these, the calls that failed.', ['account'], () =>
    accounts().map(({ name, polling }) => [{ account: name }, polling.errors]),
  )
  gauge(registry, 'sink_behind_events', 'Committed events a sink has not confirmed yet.', ['sink'], () =>
    status().sinks.map(({ sink, behind }) => [{ sink }, behind]),
  )
  gauge(registry, 'sink_failing', '1 while a sink fails.', ['sink'], () =>
    status().sinks.map(({ sink, failing }) => [{ sink }, failing === undefined ? 0 : 1]),
  )
}

function gaugesOfProcess(registry: Registry, { eventLoopDelay, residentBytes }: MetricsSources): void {
  gauge(registry, 'event_loop_delay_seconds', 'How late the loop turns.', ['quantile'], () => {
    const { p50, p99, max } = eventLoopDelay()
    return [
      [{ quantile: '0.5' }, p50],
      [{ quantile: '0.99' }, p99],
      [{ quantile: '1' }, max],
    ]
  })
  gauge(registry, 'resident_memory_bytes', 'Resident memory.', [], () => [[{}, residentBytes()]])
}
