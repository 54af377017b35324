import type { OrderReport } from '../../../src/core/order-report.ts'
import type { BrokerGateway } from '../../../src/ports/broker-gateway.ts'

/** One connection of the order stream, and everything it told. */
export class Heard {
  readonly reports: OrderReport[] = []
  readonly missed: string[] = []
  readonly closings: string[] = []
  opened = 0
  readonly #stream: { close(): void }

  constructor(gateway: BrokerGateway) {
    this.#stream = gateway.openStream({
      opened: () => {
        this.opened += 1
      },
      report: (report) => this.reports.push(report),
      missed: (what) => this.missed.push(what),
      closed: (cause) => this.closings.push(cause),
    })
  }

  of(name: string): readonly OrderReport[] {
    return this.reports.filter(({ clientOrderId }) => clientOrderId === name)
  }
  /** Each execution once, as the flow books it: by its name. */
  executionsOf(name: string): ReadonlyMap<string, OrderReport['fills'][number]> {
    return new Map(this.of(name).flatMap(({ fills }) => fills.map((fill) => [fill.executionId, fill] as const)))
  }
  close(): void {
    this.#stream.close()
  }
}
