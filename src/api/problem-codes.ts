interface ProblemText {
  readonly status: number
  readonly title: string
  readonly meaning: string
}

/** What the HTTP interface itself says no with; the codes of denied orders are in `core/denial-codes.ts`. */
export const PROBLEM_CODES = {
  'json.invalid': {
    status: 400,
    title: 'Not valid JSON',
    meaning:
      'The body is not JSON with one meaning: malformed, a repeated or forbidden key, deeper than 16 levels, or not UTF-8.',
  },
  'query.invalid': {
    status: 400,
    title: 'Bad query',
    meaning: 'A query parameter is unknown or its value is not allowed.',
  },
  'events.position': {
    status: 400,
    title: 'Not a place among the events',
    meaning: 'Last-Event-ID is not the id of an event of this installation.',
  },
  'url.invalid': { status: 400, title: 'Bad address', meaning: 'The address cannot be decoded.' },
  'request.invalid': { status: 400, title: 'Bad request', meaning: 'The request is not valid HTTP.' },
  'auth.missing': {
    status: 401,
    title: 'A key is needed',
    meaning: 'Send the key as "Authorization: Bearer KEY" or "X-API-Key: KEY".',
  },
  'auth.invalid': {
    status: 401,
    title: 'Key not accepted',
    meaning: 'The credentials are not known, have ended, or are ambiguous.',
  },
  'auth.role': { status: 403, title: 'Role not sufficient', meaning: 'The key may not do this.' },
  'host.not_allowed': {
    status: 403,
    title: 'Host not allowed',
    meaning: 'The Host header names a host that is not listed. Add it to `api.allowed_hosts`.',
  },
  'origin.not_allowed': {
    status: 403,
    title: 'Origin not allowed',
    meaning: 'The request comes from a page of another origin. Add the origin to `api.allowed_origins`.',
  },
  'order.unknown': { status: 404, title: 'No such order', meaning: 'No order has this id.' },
  'signal.unknown': { status: 404, title: 'No such signal', meaning: 'No signal has this id.' },
  'case.unknown': { status: 404, title: 'No such case', meaning: 'No case has this id.' },
  'route.unknown': {
    status: 404,
    title: 'No such call',
    meaning: 'Nothing is at this address. /docs lists every call.',
  },
  'method.not_allowed': { status: 405, title: 'Method not allowed', meaning: 'The address does not know this method.' },
  'request.timeout': { status: 408, title: 'Request too slow', meaning: 'The request did not arrive within its time.' },
  'signal.conflict': {
    status: 409,
    title: 'Signal id used already',
    meaning: 'The same signal id came before with other content. Another try needs another id.',
  },
  'order.final': { status: 409, title: 'Order is final', meaning: 'The order has ended, so it cannot be cancelled.' },
  'case.closed': { status: 409, title: 'Case is closed', meaning: 'It has been decided, or has settled itself.' },
  'case.underway': {
    status: 409,
    title: 'Already being decided',
    meaning: 'Another decision about this case is being carried out.',
  },
  'case.order_absent': {
    status: 409,
    title: 'Not at the venue',
    meaning: 'The venue shows no order with the id that was named. Nothing was decided.',
  },
  'case.order_claimed': {
    status: 409,
    title: "Another order's",
    meaning: 'The order that was named is another order of ours. Nothing was decided.',
  },
  'case.order_misfit': {
    status: 409,
    title: 'Not this order',
    meaning: 'What the venue says of the order that was named does not fit ours. Nothing was decided.',
  },
  'body.too_large': { status: 413, title: 'Body too large', meaning: 'A body may have 64 KiB.' },
  'content_type.unsupported': {
    status: 415,
    title: 'Not application/json',
    meaning: 'A body is sent with "Content-Type: application/json".',
  },
  'signal.invalid': {
    status: 422,
    title: 'Malformed signal',
    meaning: 'The signal is not usable; its id is not used up.',
  },
  'case.choice': {
    status: 422,
    title: 'Not a choice',
    meaning: 'The case cannot be decided so: its `choices` say what can be, and what each needs.',
  },
  'body.invalid': { status: 422, title: 'Malformed body', meaning: 'A field is missing, unknown or not allowed.' },
  'rate.intake': { status: 429, title: 'Too many signals', meaning: 'More signals wait than may. Nothing was stored.' },
  'rate.requests': {
    status: 429,
    title: 'Too many requests',
    meaning: 'The key sent more requests in a second than it may.',
  },
  'auth.throttled': {
    status: 429,
    title: 'Too many refused keys',
    meaning: 'Too many wrong keys came from this address within a minute. A right key is still accepted.',
  },
  'headers.too_large': {
    status: 431,
    title: 'Headers too large',
    meaning: 'The headers of the request are too large.',
  },
  internal: {
    status: 500,
    title: 'Our own mistake',
    meaning: 'Something went wrong here; the log knows it by the trace id.',
  },
  'store.unavailable': {
    status: 503,
    title: 'Not available',
    meaning: 'The daemon cannot record anything right now. Nothing was stored.',
  },
  'venue.unreadable': {
    status: 503,
    title: 'The venue does not answer',
    meaning: 'What the choice needs cannot be looked at now. Nothing was decided.',
  },
  'case.not_carried_out': {
    status: 503,
    title: 'Decided, not done yet',
    meaning:
      'The decision is kept; the venue did not let it be carried out. Decide again, or it is done at the next start.',
  },
  'health.not_ready': { status: 503, title: 'Not ready', meaning: 'The daemon does not take signals yet, or no more.' },
  'events.too_many': {
    status: 503,
    title: 'Too many event streams',
    meaning: 'As many event streams are open as may be.',
  },
} as const satisfies Readonly<Record<string, ProblemText>>

export type ProblemCode = keyof typeof PROBLEM_CODES
