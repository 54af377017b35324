import type { AlpacaOptions } from './alpaca-options.ts'
import type { AlpacaVenue } from './alpaca-venue.ts'
import { isPair, isToken } from './authentication.ts'
import { type Fields, isFields, jsonText } from './json.ts'
import type { TradeEvent } from './trade-feed.ts'
import { type Orders, ordersFrom } from './venue-exchange.ts'

/** The connection below: it carries texts, and ends in two ways. */
export interface StreamWire {
  send(text: string): void
  end(how: 'closed' | 'reset'): void
}

const DEPRECATED =
  'this authentication format is being deprecated. Please use the format: {"action": "auth", "key": "x", "secret": "x"}'
const STREAMS: ReadonlySet<string> = new Set(['trade_updates'])

/** One client of the `trade_updates` stream: who it is, what it listens to, and what it is kept from hearing. */
export class TradeStream {
  readonly #venue: AlpacaVenue
  readonly #wire: StreamWire
  readonly #number: number
  readonly #orders: Orders
  #isAuthorized = false
  #isSilent = false
  #stop: (() => void) | undefined
  #held: string | undefined

  constructor(
    venue: AlpacaVenue,
    wire: StreamWire,
    { isAuthorized, orders }: { readonly isAuthorized: boolean; readonly orders: Orders },
  ) {
    this.#venue = venue
    this.#wire = wire
    this.#isAuthorized = isAuthorized
    this.#orders = orders
    this.#number = venue.parts.truth.note('connection', { what: 'opened' })
  }

  receive(message: unknown): void {
    if (!isFields(message)) {
      this.#error('invalid message')
      return
    }
    this.#note('received', { message: withoutSecrets(message) })
    const { action, key, secret } = message
    if (action === 'auth') this.#authorize(isPair(key, secret, this.#options))
    else if (action === 'authenticate') this.#authorizeOldForm(message)
    else if (action === 'listen') this.#listen(message)
    else this.#error(`action ${String(action)} is not supported`)
  }
  closed(): void {
    this.#stop?.()
    this.#stop = undefined
    this.#note('closed')
  }

  get #options(): AlpacaOptions {
    return this.#venue.parts.options
  }

  #authorizeOldForm({ data }: Fields): void {
    const { oauth_token: token, key_id, secret_key } = isFields(data) ? data : {}
    const isKnown = token === undefined ? isPair(key_id, secret_key, this.#options) : isToken(token, this.#options)
    this.#authorize(isKnown, { message: DEPRECATED })
  }
  #authorize(isKnown: boolean, note: Fields = {}): void {
    this.#isAuthorized = isKnown
    const data = isKnown
      ? { action: 'authenticate', ...note, status: 'authorized' }
      : { action: 'authenticate', status: 'unauthorized' }
    if (this.#orders.strike('auth-unanswered') !== undefined) this.#struck('auth-unanswered')
    else this.#send({ stream: 'authorization', data })
  }

  #listen({ data }: Fields): void {
    if (!this.#isAuthorized) this.#send({ stream: 'authorization', data: { status: 'unauthorized', action: 'listen' } })
    else if (this.#orders.strike('listen-unanswered') !== undefined) this.#struck('listen-unanswered')
    else this.#listenTo(isFields(data) && Array.isArray(data.streams) ? data.streams : [])
  }
  #listenTo(asked: readonly unknown[]): void {
    const streams = asked.filter((name) => typeof name === 'string' && STREAMS.has(name))
    this.#stop?.()
    this.#stop = streams.length === 0 ? undefined : this.#venue.parts.feed.listen((event) => this.#tell(event))
    this.#send({ stream: 'listening', data: { streams } })
    const storm = this.#orders.strike('reconnect-storm')
    if (storm === undefined) return
    this.#struck('reconnect-storm')
    this.#venue.parts.timers.after(storm.ms, () => this.#wire.end('closed'))
  }

  #tell(event: TradeEvent): void {
    const text = jsonText({ stream: 'trade_updates', data: event.data }, this.#venue.parts.switches.decimal_form)
    const strikes = this.#venue.script.strikes({ phase: 'frame', event: event.event })
    for (const { name } of strikes) this.#struck(name, event)
    const orders = ordersFrom(strikes)
    const silence = orders.strike('stream-silent')
    if (silence !== undefined) this.#fallSilent(silence.ms)
    if (orders.strike('stream-closed') !== undefined) this.#wire.end('closed')
    else if (orders.strike('stream-reset') !== undefined) this.#wire.end('reset')
    else if (orders.strike('frame-dropped') === undefined) this.#convey(text, event.event, orders)
  }

  #convey(text: string, event: string, orders: Orders): void {
    const late = orders.strike('frame-late')
    const reordered = orders.strike('frame-reordered')
    if (late !== undefined) this.#venue.parts.timers.after(late.ms, () => this.#put(text, event))
    else if (reordered !== undefined && this.#held === undefined) this.#hold(text, event, reordered.ms)
    else {
      this.#put(text, event)
      if (orders.strike('frame-duplicated') !== undefined) this.#put(text, event)
      if (orders.strike('frame-unreadable') !== undefined) this.#put('{"stream":"trade_upd', 'unreadable')
      this.#release(event)
    }
  }

  /** Kept back until the next one has gone, or for so long when none comes. */
  #hold(text: string, event: string, ms: number): void {
    this.#held = text
    this.#venue.parts.timers.after(ms, () => this.#release(event))
  }
  #release(event: string): void {
    const held = this.#held
    this.#held = undefined
    if (held !== undefined) this.#put(held, event)
  }
  #fallSilent(ms: number): void {
    this.#isSilent = true
    this.#venue.parts.timers.after(ms, () => {
      this.#isSilent = false
    })
  }

  #put(text: string, event: string): void {
    if (this.#isSilent) return
    this.#venue.parts.truth.note('frame', { connection: this.#number, event, text })
    this.#wire.send(text)
  }
  #send(message: Fields): void {
    const text = jsonText(message)
    this.#note('sent', { message })
    this.#wire.send(text)
  }
  #error(error_message: string): void {
    this.#send({ action: 'error', data: { error_message } })
  }
  #struck(name: string, event?: TradeEvent): void {
    this.#venue.parts.truth.note('misbehaviour', { name, connection: this.#number, event: event?.event })
  }
  #note(what: string, more: Fields = {}): void {
    this.#venue.parts.truth.note('connection', { what, connection: this.#number, ...more })
  }
}

function withoutSecrets(message: Fields): Fields {
  const { secret, data, ...rest } = message
  return {
    ...rest,
    ...(secret === undefined ? {} : { secret: 'hidden' }),
    ...(isFields(data) && data.secret_key !== undefined
      ? { data: { ...data, secret_key: 'hidden' } }
      : data === undefined
        ? {}
        : { data }),
  }
}
