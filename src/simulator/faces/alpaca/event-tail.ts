import type { AlpacaVenue } from './alpaca-venue.ts'
import { jsonText } from './json.ts'
import { stampIn } from './list-orders.ts'
import { malformed, notFound } from './refused.ts'
import type { Stamp } from './stamps.ts'
import type { TradeEvent } from './trade-feed.ts'

export const EVENTS_PATH = '/v2/events/trades'

/** From where to where a reader of the replayable stream wants to hear. */
export interface Span {
  readonly isAfter: (event: TradeEvent) => boolean
  readonly isBefore: (event: TradeEvent) => boolean
  readonly wantsPast: boolean
  readonly ends: boolean
}

export function readSpan({ parts }: AlpacaVenue, query: URLSearchParams): Span {
  if (!parts.switches.sse) throw notFound('endpoint not found.')
  const [since, until] = [stampIn(query, 'since'), stampIn(query, 'until')]
  const [sinceId, untilId] = [query.get('since_id') ?? '', query.get('until_id') ?? '']
  const [byTime, byId] = [(since ?? until) !== undefined, sinceId !== '' || untilId !== '']
  if (byTime && byId) throw malformed('since and until cannot be combined with since_id and until_id')
  if (until !== undefined && since === undefined) throw malformed('until requires since')
  if (untilId !== '' && sinceId === '') throw malformed('until_id requires since_id')
  return {
    isAfter: ({ at, eventId }) => isFrom(at, since) && (sinceId === '' || eventId > sinceId),
    isBefore: ({ at, eventId }) => (until === undefined || at <= until) && (untilId === '' || eventId <= untilId),
    wantsPast: since !== undefined || sinceId !== '',
    ends: until !== undefined || untilId !== '',
  }
}
const isFrom = (at: Stamp, since: Stamp | undefined): boolean => since === undefined || at >= since

export interface TailWire {
  send(line: string): void
  end(): void
}

/** Sends the past that was asked for, then whatever comes, until the span is over. What it returns stops it. */
export function tailEvents({ parts }: AlpacaVenue, span: Span, wire: TailWire): () => void {
  const send = ({ event, data }: TradeEvent): void => {
    const text = jsonText(data, parts.switches.decimal_form)
    parts.truth.note('frame', { connection: EVENTS_PATH, event, text })
    wire.send(`data: ${text}\n\n`)
  }
  const past = span.wantsPast ? parts.feed.kept.filter(span.isAfter) : []
  for (const event of past.filter(span.isBefore)) send(event)
  if (span.ends && past.some((event) => !span.isBefore(event))) {
    wire.end()
    return () => undefined
  }
  return parts.feed.listen((event) => {
    if (span.isBefore(event)) send(event)
    else wire.end()
  })
}
