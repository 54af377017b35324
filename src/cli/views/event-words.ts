import { type Row, rowIn, rowsOf, textIn } from '../row.ts'
import type { Style } from '../text/colour.ts'
import { grouped } from '../text/number-text.ts'
import { orderWords, slippageWords, statusStyle } from './order-words.ts'

export interface EventWords {
  readonly name: string
  readonly style: Style
  /** What happened, short enough for one line. */
  readonly text: string
}

/** An event of the log in words. What is not known here still shows, with the reason it carries. */
export function eventWords(line: Row): EventWords {
  const event = textIn(line, 'event') ?? ''
  const isOrder = event.startsWith('order.')
  const name = (isOrder ? event.slice('order.'.length) : event).replaceAll('_', ' ')
  const words = TEXTS[event]?.(line, rowIn(line, 'detail'))
  const text = (words ?? [reasonIn(line)]).filter((word) => word !== undefined && word !== '').join(', ')
  return { name, style: STYLES[event] ?? (isOrder ? statusStyle(textIn(line, 'status')) : 'plain'), text }
}

const STYLES: Readonly<Record<string, Style>> = {
  'halt.on': 'alarm',
  'halt.off': 'good',
  'breaker.opened': 'alarm',
  'breaker.closed': 'good',
  'position.mismatch': 'alarm',
  'execution.ignored': 'doubt',
  'order.adopted': 'doubt',
  'case.opened': 'doubt',
  'signal.refused': 'bad',
  'order.cancel_requested': 'doubt',
  'order.corrected': 'doubt',
}

type Words = readonly (string | undefined)[]
const reasonIn = (line: Row): string | undefined => textIn(line, 'reason') ?? textIn(rowIn(line, 'detail'), 'reason')
const optional = (prefix: string, text: string | undefined, suffix = ''): string | undefined =>
  text === undefined ? undefined : `${prefix}${text}${suffix}`
const tookMs = (line: Row): string | undefined => optional('after ', textIn(line, 'latency_ms'), ' ms')
const venueId = (line: Row, detail: Row): string | undefined =>
  optional("the venue's id ", textIn(detail, 'broker_order_id') ?? textIn(line, 'broker_order_id'))

const TEXTS: Readonly<Record<string, (line: Row, detail: Row) => Words>> = {
  'order.created': (line) => [
    orderWords(line),
    optional('reference ', textIn(line, 'reference_price')),
    optional('strategy ', textIn(line, 'strategy')),
  ],
  'order.submitting': (line, detail) => [
    optional('to ', textIn(line, 'venue')),
    attempt(detail),
    textIn(detail, 'limiter_wait_ms') === '0'
      ? undefined
      : optional('waited ', textIn(detail, 'limiter_wait_ms'), ' ms for the budget'),
  ],
  'order.submitted': (line, detail) => [venueId(line, detail), tookMs(line)],
  'order.accepted': (line, detail) => ['working at the venue', venueId(line, detail)],
  'order.unconfirmed': (line, detail) => [
    'it may be live, nobody knows yet',
    optional('lost while ', textIn(detail, 'phase')),
    reasonIn(line),
  ],
  'order.partially_filled': (line, detail) => [fillWords(detail), progress(line)],
  'order.filled': (line, detail) => [fillWords(detail), averageWords(line), slippageWords(detail), seenBy(detail)],
  'order.cancel_requested': (line, detail) => [optional('by ', textIn(detail, 'by')), reasonIn(line)],
  'order.denied': (line, detail) => [
    textIn(detail, 'code') ?? textIn(line, 'reason'),
    textIn(detail, 'message'),
    textIn(detail, 'limit') === undefined
      ? undefined
      : `measured ${textIn(detail, 'value') ?? '?'}, allowed ${textIn(detail, 'limit')}`,
  ],
  'order.rejected': (line, detail) => [
    textIn(detail, 'code'),
    reasonIn(line) === textIn(detail, 'code') ? textIn(detail, 'reason') : reasonIn(line),
  ],
  'order.failed': (line, detail) => [reasonIn(line), optional('proof: ', textIn(detail, 'proof'))],
  'order.held': (_line, detail) => [
    optional('until the market opens at ', textIn(detail, 'opens_at')) ?? 'until the market opens',
  ],
  'order.released': () => ['the market is open'],
  'order.replaced': (_line, detail) => changeWords(detail),
  'order.manual_change': (_line, detail) => ['changed at the broker by hand', ...changeWords(detail)],
  'order.manual_cancel': (line) => ['cancelled at the broker by hand', reasonIn(line)],
  'order.retry_scheduled': (line, detail) => [
    reasonIn(line),
    optional('until ', textIn(detail, 'expires_at')),
    optional('short of ', textIn(detail, 'shortfall')),
  ],
  'signal.refused': (line, detail) => [
    ...rowsOf(detail.errors).map((error) => [textIn(error, 'path'), textIn(error, 'code')].filter(Boolean).join(' ')),
    optional('from ', textIn(detail, 'by')),
    reasonIn(line),
  ],
  'signal.duplicate': (line) => [optional('signal ', textIn(line, 'signal_id')), 'came again; nothing was sent'],
  'position.changed': (_line, detail) => {
    const position = { ...rowIn(detail, 'position'), ...detail }
    return [
      optional('now ', grouped(textIn(position, 'quantity'))),
      optional('realised ', textIn(position, 'realised_pnl')),
    ]
  },
  'case.opened': (line, detail) => [
    textIn(detail, 'kind')?.replaceAll('_', ' '),
    textIn(line, 'symbol'),
    lookWords(detail),
  ],
  'case.decided': (_line, detail) => [
    textIn(rowIn(detail, 'decision'), 'choice')?.replaceAll('_', ' '),
    optional('by ', textIn(rowIn(detail, 'decision'), 'by')),
  ],
  'case.closed': (line) => [reasonIn(line)],
  'order.adopted': (line, detail) => ['only the venue knew it', venueId(line, detail)],
  'position.mismatch': (line, detail) => [
    textIn(line, 'symbol'),
    optional('ours ', grouped(textIn(detail, 'ours'))),
    optional("the venue's ", grouped(textIn(detail, 'theirs'))),
  ],
  'execution.ignored': (line, detail) => [
    textIn(line, 'symbol'),
    optional('', textIn(detail, 'type'), ' is no trade: nothing is changed'),
  ],
  'sync.completed': (line, detail) => [
    optional('by ', reasonIn(line)),
    optional('', textIn(detail, 'checked'), ' checked'),
    optional('', textIn(detail, 'changed'), ' changed'),
  ],
  'halt.on': (line, detail) => [reasonIn(line), optional('by ', textIn(detail, 'by'))],
  'halt.off': (_line, detail) => [optional('by ', textIn(detail, 'by'))],
  'session.started': (line) => [optional('mode ', textIn(line, 'mode'))],
  'session.stopped': () => [],
}

function attempt(detail: Row): string | undefined {
  const [number, generation] = [textIn(detail, 'attempt'), textIn(detail, 'generation')]
  if (number === undefined) return undefined
  return generation === undefined || generation === '1'
    ? `attempt ${number}`
    : `attempt ${number}, generation ${generation}`
}
function fillWords(detail: Row): string | undefined {
  const fill = rowIn(detail, 'fill')
  const quantity = textIn(fill, 'quantity')
  return quantity === undefined ? undefined : `${grouped(quantity)} at ${grouped(textIn(fill, 'price'))}`
}
function progress(line: Row): string | undefined {
  const filled = textIn(line, 'filled_quantity')
  return filled === undefined ? undefined : `${grouped(filled)} of ${grouped(textIn(line, 'quantity'))} so far`
}
function averageWords(line: Row): string | undefined {
  const [filled, average] = [textIn(line, 'filled_quantity'), textIn(line, 'average_fill_price')]
  return filled === undefined || average === undefined
    ? undefined
    : `${grouped(filled)} in all at ${grouped(average)} on average`
}
function seenBy(detail: Row): string | undefined {
  const methods = rowIn(detail, 'detection').methods
  return Array.isArray(methods) && methods.length > 0 ? `proven by ${methods.map(String).join(' and ')}` : undefined
}
const lookWords = (detail: Row): string | undefined => textIn(rowsOf(detail.evidence)[0] ?? {}, 'summary')
const changeWords = (detail: Row): Words => [
  optional('limit ', textIn(detail, 'limit_price')),
  optional('quantity ', textIn(detail, 'quantity')),
]
