import { hostileReason, oddTimes } from './odd-words.ts'
import type { FaultSource, VenueReply } from './venue-wire.ts'

/** How the venue's answers look, and how they come out wrong on their way. */
export const json = (status: number, body: unknown, headers: VenueReply['headers'] = {}): VenueReply =>
  written(status, JSON.stringify(body), headers)
export const written = (status: number, body: string, headers: VenueReply['headers'] = {}): VenueReply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body,
})
export const refusal = (status: number, code: string, message: string): VenueReply => json(status, { code, message })

const PAGE = '<!doctype html><title>Please stand by</title>'
const html = (status: number): VenueReply => ({ status, headers: { 'content-type': 'text/html' }, body: PAGE })

/** F-37: something in front of the venue gives up on it. */
export function gatewayError(faults: FaultSource): VenueReply {
  const status = pick([500, 502, 503, 504], faults.draw('F-37', 'status'))
  return status === 500 ? refusal(500, 'internal', 'try later') : html(status)
}

/** F-38: a no that is none: its words stand in no table of proofs. */
export function falseRefusal(faults: FaultSource): VenueReply {
  const status = pick([400, 403, 404, 409, 422], faults.draw('F-38', 'status'))
  return faults.draw('F-38', 'form') < 0.3 ? html(status) : refusal(status, 'front_desk', 'not from here')
}

/** F-42: too much of something. The wait it names may be anything. */
export function tooMany(faults: FaultSource, now: number): VenueReply {
  const after = pick(
    ['1', '7', httpDate(now + 3_000), '0', '-5', '1000000000', 'soon', undefined],
    faults.draw('F-42', 'after'),
  )
  const headers = after === undefined ? {} : { 'retry-after': after }
  return json(429, { code: 'too_many', message: 'slow down' }, headers)
}
export const httpDate = (at: number): string => new Date(at).toUTCString()

/** F-40: 200, and nothing in it. */
export function hollow(faults: FaultSource): VenueReply {
  const form = faults.draw('F-40', 'form')
  if (form < 0.4) return refusal(200, 'busy', 'the order desk did not answer in time')
  return form < 0.7 ? { ...html(200), body: '' } : html(200)
}

/** F-43, F-44: the right answer, spoilt on its way; F-30, F-31, F-125: and said strangely. */
export function spoilt(answer: VenueReply, about: string | undefined, faults: FaultSource): VenueReply {
  const reply = hostileReason(oddTimes(answer, about, faults), about, faults)
  if (faults.strikes('F-43', about)) {
    return { ...reply, body: reply.body.slice(0, Math.floor(faults.draw('F-43', 'cut') * reply.body.length)) }
  }
  if (!faults.strikes('F-44', about)) return reply
  const body = bent(reply.body, faults.draw('F-44', 'form'))
  return { ...reply, body: body === reply.body ? withMore(body) : body }
}

const withMore = (body: string): string => body.replace('{', '{"since_last_year":{"a":[1,2]},')

function bent(body: string, form: number): string {
  if (form < 0.2) return withMore(body)
  if (form < 0.4) return body.replace(/"(qty|price|cash)":"([^"]*)"/, '"$1":$2')
  if (form < 0.6) return body.replace(/"(status|symbol|bid)":"[^"]*"/, '"$1":null')
  if (form < 0.8) return body.replace(/"(filled|id|currency|qty)":("[^"]*")/, '"$1":$2,"$1":"7"')
  return body.replace('{', '{"__proto__":{"status":"x"},')
}

const pick = <T>(from: readonly T[], at: number): T => from[Math.floor(at * from.length)] as T
