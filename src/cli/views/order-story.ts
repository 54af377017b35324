import { type Row, textIn } from '../row.ts'
import type { Paint } from '../text/colour.ts'
import { displayWidth } from '../text/display-width.ts'
import { atMost, grouped, money } from '../text/number-text.ts'
import { plainText } from '../text/plain-text.ts'
import { spanText, type TimeStyle, timeColumn } from '../text/time-text.ts'
import { eventWords } from './event-words.ts'
import { fields } from './fields.ts'
import { orderIdOf, orderWords, reasonOf, slippageWords, spaced, statusStyle } from './order-words.ts'
import { wrapped } from './wrapped.ts'

interface StoryStyle {
  readonly time: TimeStyle
  readonly columns: number
  readonly paint: Paint
}

/** One order's life: what it is now, then everything that happened to it, each with the time since it began. */
export function orderStory(order: Row, events: readonly Row[], style: StoryStyle): string {
  const { paint } = style
  const status = textIn(order, 'status')
  const title = `${paint('strong', plainText(orderWords(order)))}  ${paint(statusStyle(status), spaced(status))}`
  return `${title}\n\n${fields(orderFacts(order, style.time), style)}\n${timeLine(events, style)}`
}

function orderFacts(order: Row, time: TimeStyle): readonly (readonly [string, string | undefined])[] {
  const filled = textIn(order, 'filled_quantity')
  const average = textIn(order, 'average_fill_price')
  const notional = textIn(order, 'filled_notional')
  const currency = textIn(order, 'currency') ?? ''
  const created = textIn(order, 'created_at')
  return [
    ['order', orderIdOf(order)],
    ['signal', `${textIn(order, 'signal_id') ?? ''}${after(' of strategy ', textIn(order, 'strategy'))}`],
    [
      'account',
      `${textIn(order, 'account') ?? ''}${after(' at ', textIn(order, 'venue'))}, ${textIn(order, 'mode') ?? ''} mode`,
    ],
    ['type', [textIn(order, 'order_type'), textIn(order, 'time_in_force')].filter(Boolean).join(', ')],
    [
      'filled',
      filled === undefined || filled === '0'
        ? undefined
        : `${grouped(filled)} of ${grouped(textIn(order, 'quantity'))} at ${atMost(average, 6)} = ${money(notional)} ${currency}`,
    ],
    ['price', slippageWords(order)],
    [
      'commission',
      isNothing(textIn(order, 'commission')) ? undefined : `${money(textIn(order, 'commission'))} ${currency}`,
    ],
    ['because', status(order) === 'filled' ? undefined : reasonOf(order) || undefined],
    ["venue's id", textIn(order, 'broker_order_id')],
    ['our id there', textIn(order, 'client_order_id')],
    ['trace', textIn(order, 'trace_id')],
    ['created', created === undefined ? undefined : timeColumn([created], time, 'millis')(created)],
  ]
}

function timeLine(events: readonly Row[], { time, columns, paint }: StoryStyle): string {
  const times = events.map((event) => textIn(event, 'time'))
  const at = timeColumn(times, time, 'millis')
  const began = Date.parse(times[0] ?? '')
  const rows = events.map((event) => ({
    when: at(textIn(event, 'time')),
    since: sinceText(Date.parse(textIn(event, 'time') ?? '') - began),
    ...eventWords(event),
  }))
  const widths = {
    when: widest(rows.map(({ when }) => when)),
    since: widest(rows.map(({ since }) => since)),
    name: widest(rows.map(({ name }) => name)),
  }
  return rows
    .map(({ when, since, name, style, text }, index) => {
      const head = `${when.padEnd(widths.when)}  ${since.padStart(widths.since)}  `
      const mark = index === rows.length - 1 ? '●' : '○'
      const indent = displayWidth(head) + widths.name + 4
      const [first = '', ...rest] = wrapped(plainText(text), columns - indent)
      const line =
        `${paint('faint', head)}${paint(style, `${mark} ${plainText(name).padEnd(widths.name)}`)}  ${first}`.trimEnd()
      return [line, ...rest.map((more) => `${' '.repeat(indent)}${more}`)].map((one) => `${one}\n`).join('')
    })
    .join('')
}

const sinceText = (ms: number): string => (Number.isNaN(ms) || ms === 0 ? '' : `+${spanText(ms)}`)
const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(displayWidth))
const after = (prefix: string, text: string | undefined): string => (text === undefined ? '' : prefix + text)
const isNothing = (decimal: string | undefined): boolean => decimal === undefined || /^0(\.0+)?$/.test(decimal)
const status = (order: Row): string | undefined => textIn(order, 'status')
