import { type Row, textIn } from '../row.ts'
import type { Paint } from '../text/colour.ts'
import { displayWidth, truncate } from '../text/display-width.ts'
import { plainText } from '../text/plain-text.ts'
import { type TimeStyle, timeColumn } from '../text/time-text.ts'
import { eventWords } from './event-words.ts'
import { shortId } from './order-words.ts'

const NAME_WIDTH = 16
const SUBJECT_WIDTH = 8
/** Below this the words need the room more than the milliseconds and half of the id do. */
const NARROW = 100
const SHORTEST_ID = 6

interface LineStyle {
  readonly time: TimeStyle
  readonly columns: number
  readonly paint: Paint
}

/** One event on one line: when, what, about which symbol, in words, and the end of the order's id. */
export function eventLine(event: Row, { time, columns, paint }: LineStyle): string {
  const at = textIn(event, 'time')
  const isNarrow = columns < NARROW
  const when = timeColumn([at], time, isNarrow ? 'seconds' : 'millis')(at)
  const { name, style, text } = eventWords(event)
  const subject = pad(plainText(textIn(event, 'symbol') ?? ''), SUBJECT_WIDTH)
  const orderId = textIn(event, 'order_id')
  const id = orderId === undefined ? '' : shortId(plainText(orderId)).slice(isNarrow ? -SHORTEST_ID : 0)
  const room =
    columns - displayWidth(when) - NAME_WIDTH - displayWidth(subject) - displayWidth(id) - 6 - (id === '' ? 0 : 2)
  const words = truncate(plainText(text), Math.max(0, room))
  const gap = Number.isFinite(columns) ? ' '.repeat(Math.max(0, room - displayWidth(words))) : ''
  const line = [
    paint('faint', when),
    paint(style, pad(plainText(name), NAME_WIDTH)),
    paint('strong', subject),
    words,
  ].join('  ')
  return (id === '' ? line : `${line}${gap}  ${paint('faint', id)}`).trimEnd()
}

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - displayWidth(text)))
