import type { Behaviour } from './venue-parts.ts'

/** Where a misbehaviour strikes: a request, one frame of the stream, or a connection that is being opened. */
export type Phase = 'request' | 'frame' | 'connection'

/** Which exchanges it is for. What is not given is not asked for. */
export interface When {
  readonly method?: string
  /** `*` stands for one part; what it says of the query must be asked for: `/v2/orders?status=open`. */
  readonly path?: string
  /** The name of the event that a frame tells. */
  readonly event?: string
  /** Only the so-manieth that fits, counted from one. */
  readonly nth?: number
  readonly every?: number
}
interface Row {
  readonly phase: Phase
  readonly when: When
  /** Its length or delay, where it has one. */
  readonly ms?: number
  readonly status?: number
  readonly says: string
}

const SUBMIT: When = { method: 'POST', path: '/v2/orders' }
const CANCEL: When = { method: 'DELETE', path: '/v2/orders/*' }
const REPLACE: When = { method: 'PATCH', path: '/v2/orders/*' }
const READ: When = { method: 'GET' }
const submit = (says: string, more: Partial<Row> = {}): Row => ({ phase: 'request', when: SUBMIT, says, ...more })
const cancel = (says: string): Row => ({ phase: 'request', when: CANCEL, says })
const replace = (says: string): Row => ({ phase: 'request', when: REPLACE, says })
const frame = (says: string, more: Partial<Row> = {}): Row => ({ phase: 'frame', when: {}, says, ...more })
const connection = (says: string, more: Partial<Row> = {}): Row => ({ phase: 'connection', when: {}, says, ...more })

/** Everything the venue can be told to do wrong, by name, with what it does it to unless told otherwise. */
export const MISBEHAVIOURS = {
  'answer-lost': submit('done, and the connection ends without an answer'),
  'request-lost': submit('not done, and the connection ends without an answer'),
  '5xx-after-accept': submit('done, and answered with a server error', { status: 500 }),
  '4xx-after-accept': submit('done, and answered as if it were refused', { status: 403 }),
  unavailable: { phase: 'request', when: {}, status: 503, says: 'not done, and answered with a server error' },
  'late-accept': submit('answered with 504 at once, and done later', { ms: 2_000 }),
  'fill-before-answer': submit('the order is filled, and told so, before an answer that does not know of it leaves', {
    ms: 20,
  }),
  'order-invisible': submit('done and answered, and for a while no list and no look-up shows it', { ms: 3_000 }),
  'rejected-after-answer': submit('answered with 200, then rejected'),
  'unknown-status': submit('for half a second the order has a status that nobody has heard of'),
  'partial-then-expired': submit('a part is filled, then the order expires'),
  bust: submit('the last trade of the order is taken back after it was told'),
  correction: submit('the last trade of the order is corrected after it was told'),
  'cancel-then-filled': cancel('acknowledged, and then the order is filled'),
  'cancel-stuck': cancel('acknowledged, and the order stays in pending_cancel'),
  'cancel-rejected': cancel('acknowledged, then turned down'),
  'replace-rejected': replace('answered with 200, then the old order survives'),
  'replace-loses-to-fill': replace('answered with 200, then the old order is filled'),
  'replace-stuck': replace('answered with 200, and the old order stays in pending_replace'),
  'list-stale': {
    phase: 'request',
    when: { method: 'GET', path: '/v2/orders' },
    ms: 5_000,
    says: 'shows the orders as they were a while ago',
  },
  'new-field': { phase: 'request', when: {}, says: 'the answer has fields that nobody has heard of' },
  'truncated-json': submit('done, and the answer is cut in the middle'),
  'not-json': submit('done, and answered with 200 and a page'),
  'empty-answer': submit('done, and answered with 200 and nothing'),
  'rate-limited': { phase: 'request', when: {}, ms: 2_000, says: 'not done: 429 with every header and Retry-After' },
  'rate-limited-bare': { phase: 'request', when: {}, says: 'not done: 429 without any header' },
  unauthorized: { phase: 'request', when: {}, says: 'not done: 401, although the keys are right' },
  'slow-answer': { phase: 'request', when: {}, ms: 2_000, says: 'done at once, answered late' },
  'reset-before-headers': submit('done, and the connection is reset before the first byte of the answer'),
  'reset-after-headers': submit('done, and the connection is reset after the head of the answer'),
  'half-open': submit('done, and nothing ever comes, though the connection stays'),
  'slow-close': {
    phase: 'request',
    when: READ,
    ms: 2_000,
    says: 'answered, without a length, and the connection ends late',
  },
  'byte-by-byte': { phase: 'request', when: READ, ms: 1, says: 'the answer comes a byte at a time' },
  'frame-dropped': frame('is never sent'),
  'frame-duplicated': frame('is sent twice'),
  'frame-reordered': frame('is sent after the one that follows it', { ms: 100 }),
  'frame-late': frame('is sent late, after others', { ms: 2_000 }),
  'frame-unreadable': frame('is followed by one that is not JSON'),
  'stream-silent': frame('and from there on nothing comes, though the connection stays and pings are answered', {
    ms: 30_000,
  }),
  'stream-closed': frame('is not sent: the connection closes'),
  'stream-reset': frame('is not sent: the connection is reset'),
  'upgrade-refused': connection('is refused with 429'),
  'auth-unanswered': connection('never hears whether it is authorized'),
  'listen-unanswered': connection('never hears that it is listening, and gets nothing'),
  'reconnect-storm': connection('is closed again and again soon after it listens', { ms: 300 }),
} as const satisfies Readonly<Record<string, Row>>

export type Misbehaviour = keyof typeof MISBEHAVIOURS
export const MISBEHAVIOUR_NAMES: readonly Misbehaviour[] = Object.keys(MISBEHAVIOURS) as Misbehaviour[]
export const rowOf = (name: Misbehaviour): Row => MISBEHAVIOURS[name]
export const isMisbehaviour = (name: string): name is Misbehaviour => Object.hasOwn(MISBEHAVIOURS, name)

/** The ones that an order carries with it from its request on. */
const BY_ORDER: ReadonlySet<string> = new Set<Behaviour>([
  'fill-before-answer',
  'partial-then-expired',
  'rejected-after-answer',
  'bust',
  'correction',
  'unknown-status',
  'cancel-then-filled',
  'cancel-stuck',
  'cancel-rejected',
  'replace-rejected',
  'replace-loses-to-fill',
  'replace-stuck',
])
export const isBehaviour = (name: string): name is Behaviour => BY_ORDER.has(name)
