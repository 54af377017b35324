import { formatTime, parseTime } from '../../../src/core/time.ts'
import type { FaultSource, VenueReply } from './venue-wire.ts'

/** What is right in an answer and said in a way that nobody expects: times and reasons. */

/** F-30: of another unit, another zone, of the future, of the past; F-31: only a leap second or the end of a day has it. */
export function oddTimes(reply: VenueReply, about: string | undefined, faults: FaultSource): VenueReply {
  if (!reply.body.includes('"taken_at":"')) return reply
  if (faults.strikes('F-30', about)) {
    const isFalse = reply.body.includes('"last_fill_at":"') && faults.draw('F-30', 'false') < 0.5
    return isFalse
      ? withTimes(reply, LIES, faults.draw('F-30', 'form'), LAST_FILL)
      : withTimes(reply, FORMS, faults.draw('F-30', 'form'))
  }
  if (faults.strikes('F-31', about)) return withTimes(reply, ENDS_OF_A_DAY, faults.draw('F-31', 'form'))
  return reply
}

const HOUR_MS = 3_600_000
type Form = (text: string, at: number) => string
/** Where an order has no name of ours the time at which it was taken is part of what tells it: said oddly, never falsely. */
const LIES: readonly Form[] = [
  (_, at) => formatTime(at + HOUR_MS),
  (_, at) => formatTime(at - HOUR_MS),
  (_, at) => formatTime(Math.floor(at / HOUR_MS) * HOUR_MS),
]
const FORMS: readonly Form[] = [
  (text) => text.replace('Z', '123456Z'),
  (text) => text.replace('Z', '+00:00'),
  (_, at) => formatTime(at + 5.5 * HOUR_MS).replace('Z', '+05:30'),
  (text) => text.slice(0, -1),
  (_, at) => String(at),
  (_, at) => String(Math.floor(at / 1_000)),
]
const ENDS_OF_A_DAY: readonly Form[] = [
  (text) => `${text.slice(0, 11)}23:59:60.000Z`,
  (text) => `${text.slice(0, 11)}24:00:00.000Z`,
  (text) => `${text.slice(0, 8)}31T23:59:59.999Z`,
]

/** Where executions have no names their times tell them apart: those stay as they are. */
const TIME = /"(last_fill_at|taken_at)":"([^"]+)"/g
const LAST_FILL = /"(last_fill_at)":"([^"]+)"/g
function withTimes(reply: VenueReply, forms: readonly Form[], draw: number, where = TIME): VenueReply {
  const form = forms[Math.floor(draw * forms.length)]
  const body = reply.body.replace(where, (whole, name: string, text: string) => {
    const at = parseTime(text)
    return at === undefined || form === undefined ? whole : `"${name}":"${form(text, at)}"`
  })
  return { ...reply, body }
}

/** F-125: a reason that wants to be read as something else. */
export function hostileReason(reply: VenueReply, about: string | undefined, faults: FaultSource): VenueReply {
  if (!REASON.test(reply.body) || !faults.strikes('F-125', about)) return reply
  const text = HOSTILE[Math.floor(faults.draw('F-125', 'text') * HOSTILE.length)] ?? ''
  return { ...reply, body: reply.body.replace(REASON, (_, name: string) => `"${name}":${JSON.stringify(text)}`) }
}
const REASON = /"(why|message)":"[^"]*"/
const LONG = 20_000
const HOSTILE = [
  '<script>fetch("/v1/orders")</script>',
  '=HYPERLINK("http://example.test")',
  'gone\r\n{"event":"order.filled","seq":1}',
  '\u001b[2J\u001b[31mall is well\u202e',
  'authorization: Bearer not-a-secret-of-ours',
  '\u0000'.repeat(3),
  'x'.repeat(LONG),
]
