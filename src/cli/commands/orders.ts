import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiAnswer, ApiClient } from '../api-client.ts'
import { type AddCommand, type ApiOptions, type Cli, withApi, withExample } from '../cli.ts'
import { wholeNumber } from '../option-values.ts'
import { itemsIn, type Row, textIn } from '../row.ts'
import { stopSignal } from '../stop-signal.ts'
import { orderTable } from '../views/order-table.ts'

interface OrdersOptions extends ApiOptions {
  readonly open?: boolean
  readonly status?: readonly string[]
  readonly symbol?: string
  readonly side?: string
  readonly strategy?: string
  readonly account?: string
  readonly signal?: string
  readonly clientOrderId?: string
  readonly reason?: string
  readonly from?: string
  readonly to?: string
  readonly limit: number
  readonly cursor?: string
  readonly watch?: boolean
}

const DEFAULT_LIMIT = 20
const WATCH_MS = 1_000

export const addOrders: AddCommand = (program, cli) => {
  const command = withApi(program.command('orders').description('list the newest orders, or those that match'))
    .option('--open', 'only orders that are not final')
    .option('--status <status...>', 'only these states')
    .option('--symbol <symbol>', 'only this symbol')
    .option('--side <side>', 'only buy or sell')
    .option('--strategy <name>', 'only this strategy')
    .option('--account <name>', 'only this account')
    .option('--signal <id>', 'only orders of this signal')
    .option('--client-order-id <id>', 'the order the venue knows by this id')
    .option('--reason <code>', 'only orders with this reason, such as risk.order_notional')
    .option('--from <time>', 'created at this time or later, such as 2026-03-02T14:30:00Z')
    .option('--to <time>', 'created before this time')
    .option('--limit <number>', 'how many at most, 1 to 500', wholeNumber(1, 500), DEFAULT_LIMIT)
    .option('--cursor <text>', 'go on where a page ended')
    .option('--watch', 'show them again every second')
    .action((options: OrdersOptions) => orders(cli, options))
  withExample(
    command,
    'surefill orders --open',
    'surefill orders --symbol AAPL --status filled --limit 5',
    'surefill orders --watch',
  )
}

async function orders(cli: Cli, options: OrdersOptions): Promise<void> {
  const api = await cli.api(options)
  if (options.watch === true) return watch(cli, api, options)
  const { body, text } = await page(api, options)
  if (options.json === true) return cli.json(text)
  cli.out(shown(cli, itemsIn(body)))
  const next = textIn(body, 'next_cursor')
  if (next !== undefined) cli.line(cli.paint('faint', `older ones: --cursor ${next}`))
}

const page = (api: ApiClient, options: OrdersOptions): Promise<ApiAnswer> =>
  api.read('/v1/orders', { query: queryOf(options) })

function shown(cli: Cli, items: readonly Row[]): string {
  if (items.length === 0) return `${cli.paint('faint', 'no orders')}\n`
  return orderTable(items, cli.time, cli.table) + cli.zoneNote
}

async function watch(cli: Cli, api: ApiClient, options: OrdersOptions): Promise<void> {
  using stop = stopSignal(cli.host, cli.host.stdout)
  while (!stop.signal.aborted) {
    const { body, text } = await page(api, options)
    if (options.json === true) cli.json(text)
    else cli.out((cli.host.isTerminal ? CLEAR : '') + shown(cli, itemsIn(body)))
    await sleep(WATCH_MS, undefined, { signal: stop.signal }).catch(() => undefined)
  }
}
const CLEAR = '\u001b[H\u001b[J'

function queryOf(options: OrdersOptions) {
  const { open, status, symbol, side, strategy, account, signal, clientOrderId, reason, from, to, limit, cursor } =
    options
  return {
    open: open === true ? 'true' : undefined,
    status,
    symbol,
    side,
    strategy,
    account,
    signal_id: signal,
    client_order_id: clientOrderId,
    reason,
    from,
    to,
    limit: String(limit),
    cursor,
  }
}
