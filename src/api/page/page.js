import { ask, el, Refused, signIn } from './session.js'

/** What the page shows is what the API said last; when it stops answering, the page says so instead of looking fine. */
const REFRESH_MS = 2_000
const LAST_ORDERS = 25
const at = (id) => document.getElementById(id)
const notices = at('notices')

const TONES = {
  filled: 'good',
  partially_filled: 'good',
  accepted: 'live',
  submitted: 'live',
  submitting: 'live',
  created: 'live',
  pending_execution: 'wait',
  retry_pending: 'wait',
  unconfirmed: 'warn',
  denied: 'bad',
  rejected: 'bad',
  failed: 'bad',
  cancelled: 'still',
  expired: 'still',
}
const BREAKER_TONES = { open_for_business: 'good', reduce_only: 'warn' }
const MODES = { live: 'LIVE · real money', paper: 'PAPER', dry_run: 'DRY RUN' }

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })
function timeCell(text) {
  if (text === undefined) return '–'
  const time = new Date(text)
  const isToday = day.format(time) === day.format(new Date())
  return el(
    'time',
    { datetime: text, title: text },
    isToday ? clock.format(time) : `${day.format(time)} ${clock.format(time)}`,
  )
}

const badge = (text, tone) => el('span', { class: `badge ${tone}` }, text.replaceAll('_', ' '))
const statusBadge = (status) => badge(status, TONES[status] ?? 'still')
const empty = (text) => el('p', { class: 'empty' }, text)
const signed = (text) =>
  el('span', { class: text?.startsWith('-') ? 'down' : /[1-9]/.test(text ?? '') ? 'up' : '' }, text ?? '–')

function table(columns, rows, none) {
  if (rows.length === 0) return empty(none)
  const head = el(
    'tr',
    {},
    ...columns.map(({ name, number }) => el('th', { scope: 'col', class: number ? 'number' : undefined }, name)),
  )
  const body = rows.map((row) =>
    el(
      'tr',
      {},
      ...columns.map(({ name, number, show }) =>
        el('td', { 'data-name': name, class: number ? 'number' : undefined }, show(row) ?? '–'),
      ),
    ),
  )
  return el('div', { class: 'scroll' }, el('table', {}, el('thead', {}, head), el('tbody', {}, ...body)))
}

const ORDER_COLUMNS = [
  { name: 'Time', show: (order) => timeCell(order.created_at) },
  { name: 'Symbol', show: (order) => el('strong', {}, order.symbol) },
  { name: 'Side', show: (order) => el('span', { class: order.side }, order.side) },
  { name: 'Quantity', number: true, show: (order) => order.quantity ?? order.amount },
  { name: 'Filled', number: true, show: (order) => order.filled_quantity },
  { name: 'Limit', number: true, show: (order) => order.limit_price ?? order.order_type },
  { name: 'Average', number: true, show: (order) => order.average_fill_price },
  {
    name: 'Status',
    show: (order) =>
      el(
        'span',
        { class: 'stack' },
        statusBadge(order.status),
        order.reason === undefined ? '' : el('small', {}, order.reason),
      ),
  },
  { name: 'Strategy', show: (order) => order.strategy },
  { name: 'Account', show: (order) => order.account },
]
const POSITION_COLUMNS = [
  { name: 'Symbol', show: (one) => el('strong', {}, one.symbol) },
  { name: 'Account', show: (one) => one.account },
  { name: 'Quantity', number: true, show: (one) => one.quantity },
  { name: 'Average', number: true, show: (one) => one.average_price },
  { name: 'Market', number: true, show: (one) => one.market_price },
  { name: 'Unrealised', number: true, show: (one) => signed(one.unrealised_pnl) },
  { name: 'Realised', number: true, show: (one) => signed(one.realised_pnl) },
  {
    name: 'Currency',
    show: (one) => el('span', { class: 'stack' }, one.currency, one.quarantined ? badge('in doubt', 'warn') : ''),
  },
]
const SINK_COLUMNS = [
  { name: 'Sink', show: (one) => el('strong', {}, one.sink) },
  { name: 'Behind', number: true, show: (one) => `${one.behind}` },
  {
    name: 'State',
    show: (one) =>
      one.failing === undefined
        ? badge('well', 'good')
        : el('span', { class: 'stack' }, badge('failing', 'bad'), el('small', {}, one.failing)),
  },
]

function accountCard(account) {
  const figure = (name, value, tone) =>
    el('div', { class: 'figure' }, el('dt', {}, name), el('dd', { class: tone }, `${value}`))
  const gate = account.gate.open
    ? badge('gate open', 'good')
    : badge(`gate closed · ${account.gate.closed_for.join(', ')}`, 'bad')
  const stream = !account.stream.enabled
    ? badge('polling only', 'still')
    : account.stream.connected_since === undefined
      ? badge('stream down', 'warn')
      : badge('stream up', 'good')
  return el(
    'article',
    { class: 'card' },
    el('h3', {}, account.name, ' ', el('small', {}, `${account.venue} · ${account.currency}`)),
    el(
      'p',
      { class: 'badges' },
      gate,
      badge(
        account.breaker === 'open_for_business' ? 'breaker closed' : `breaker ${account.breaker}`,
        BREAKER_TONES[account.breaker] ?? 'bad',
      ),
      stream,
    ),
    el(
      'dl',
      {},
      figure('Open', account.open_orders),
      figure('Unconfirmed', account.unconfirmed, account.unconfirmed > 0 ? 'alert' : undefined),
      figure('Queued', account.queued),
      figure('Errors', account.polling.errors, account.polling.errors > 0 ? 'alert' : undefined),
    ),
  )
}

function noticesFor(status) {
  const shown = []
  const { halt } = status
  if (halt.halted) {
    const by = [halt.reason, halt.by === undefined ? undefined : `by ${halt.by}`]
      .filter((part) => part !== undefined)
      .join(' · ')
    shown.push(
      el(
        'p',
        { class: 'notice bad' },
        el('strong', {}, 'Trading is halted'),
        by === '' ? '' : ` ${by}`,
        halt.since === undefined ? '' : ' since ',
        halt.since === undefined ? '' : timeCell(halt.since),
      ),
    )
  }
  if (!status.ready)
    shown.push(el('p', { class: 'notice warn' }, el('strong', {}, 'Not ready'), ` ${status.not_ready.join(' · ')}`))
  return shown
}

function show(status, open, last, positions) {
  const mode = at('mode')
  mode.hidden = false
  mode.textContent = MODES[status.mode] ?? status.mode
  mode.className = `mode ${status.mode}`
  document.body.dataset.mode = status.mode
  document.title = `${status.halt.halted ? '■ ' : ''}Surefill · ${MODES[status.mode] ?? status.mode}`
  notices.replaceChildren(...noticesFor(status))
  at('accounts').replaceChildren(...status.accounts.map(accountCard))
  const newestFirst = (orders) => orders.toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1))
  at('open-count').textContent = open.next_cursor === undefined ? `${open.items.length}` : `${open.items.length}+`
  at('open-orders').replaceChildren(table(ORDER_COLUMNS, newestFirst(open.items), 'No order is open.'))
  at('last-orders').replaceChildren(
    table(
      ORDER_COLUMNS,
      newestFirst(last.items).slice(0, LAST_ORDERS),
      'No order yet. Send a signal to POST /v1/signals and it shows here.',
    ),
  )
  const held = positions.items.filter((one) => one.quantity !== '0' || /[1-9]/.test(one.realised_pnl))
  at('positions-count').textContent = `${held.filter((one) => one.quantity !== '0').length}`
  at('positions').replaceChildren(table(POSITION_COLUMNS, held, 'Nothing is held.'))
  at('sinks').replaceChildren(table(SINK_COLUMNS, status.sinks, 'No sink is configured.'))
  at('about').replaceChildren(
    `Surefill ${status.version} · configuration ${status.config_version} · running since `,
    timeCell(status.started_at),
  )
  at('view').hidden = false
  at('sign-out').hidden = false
}

async function refresh() {
  const [status, open, last, positions] = await Promise.all([
    ask('/v1/status'),
    ask('/v1/orders?open=true&limit=100'),
    ask('/v1/orders?limit=100'),
    ask('/v1/positions'),
  ])
  show(status, open, last, positions)
  document.body.classList.remove('stale')
  at('fresh').textContent = `updated ${clock.format(new Date())}`
}

function tellTrouble(error) {
  document.body.classList.add('stale')
  at('fresh').textContent = ''
  const text =
    error instanceof Refused
      ? `${error.message} (${error.code}, trace ${error.traceId})`
      : 'It will be asked again every two seconds.'
  notices.replaceChildren(
    el(
      'p',
      { class: 'notice bad' },
      el('strong', {}, error instanceof Refused ? 'The daemon refused' : 'The daemon does not answer'),
      ` ${text}`,
    ),
  )
}

async function signInAgain() {
  at('view').hidden = true
  at('sign-out').hidden = true
  at('fresh').textContent = ''
  await signIn(notices)
}

at('sign-out').addEventListener('click', async () => {
  await ask('/v1/session', { method: 'DELETE' }).catch(tellTrouble)
  location.reload()
})

const pause = () => new Promise((resolve) => setTimeout(resolve, REFRESH_MS))
for (;;) {
  if (!document.hidden) {
    try {
      await refresh()
    } catch (error) {
      if (error instanceof Refused && error.status === 401) {
        await signInAgain()
        continue
      }
      tellTrouble(error)
    }
  }
  await pause()
}
