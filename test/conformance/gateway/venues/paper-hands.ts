import { price, quantity } from '../../../../src/core/money.ts'
import type { PaperAnswer, PaperFace } from '../../../../src/simulator/faces/paper-face.ts'
import type { FillModel } from '../../../../src/simulator/fill-model.ts'
import type { Venue } from '../../../../src/simulator/venue.ts'
import type { VenueOrder } from '../../../../src/simulator/venue-order.ts'
import type { VirtualClock } from '../../../simulator/virtual-clock.ts'
import type { Hand, OutsideOrder, VenueHands } from '../conformance-venue.ts'
import { NO_HANDS } from './no-hands.ts'
import type { PaperWire } from './paper-wire.ts'

/** Longer than any card takes: nothing trades, ends or is called off before a hand says so. */
const NOT_BY_ITSELF_MS = 30 * 86_400_000
const SOON_MS = 5

/** A model of filling that waits for a hand. */
export class HandModel implements FillModel {
  arrival = NOT_BY_ITSELF_MS
  cancel = 0
  part: string | undefined
  turnsNextDown = false
  readonly keepsItsWord = true
  readonly restlessness = 1
  arrivalMs = (): number => (this.turnsNextDown ? SOON_MS : this.arrival)
  turnsDown = (): boolean => {
    const turns = this.turnsNextDown
    this.turnsNextDown = false
    return turns
  }
  pauseMs = (): number => NOT_BY_ITSELF_MS
  cancelMs = (): number => this.cancel
  slice: FillModel['slice'] = (rest) => (this.part === undefined ? rest : quantity(this.part))
}

type Missing = Exclude<Hand, keyof PaperHandsPresent>
type PaperHandsPresent = Pick<
  VenueHands,
  | 'fill'
  | 'expire'
  | 'rejectNext'
  | 'cancelOutside'
  | 'submitOutside'
  | 'replaceOutside'
  | 'strike'
  | 'strikeFrame'
  | 'fillBeforeAnswer'
  | 'fillInsteadOfCancel'
  | 'neverCancel'
  | 'acceptLate'
  | 'hideNext'
  | 'unheardOfStatus'
  | 'endStreams'
  | 'silenceStreams'
  | 'refuseStreams'
  | 'endDay'
  | 'wait'
  | 'stopListening'
>
/** What this venue's hands cannot do; a card that needs one of them is not applicable. */
export const PAPER_HANDS_LACK: Readonly<Record<Missing, string>> = {
  turnCancelDown: 'a cancel is never turned down: it comes too late or it comes true',
  staleLists: 'its lists are its books: they never lag',
  bust: 'its trades stand',
  correct: 'its trades stand',
  replaceLosesToFill: 'a replacement is decided at once',
  turnReplaceDown: 'a replacement is decided at once',
  limitRequests: 'it takes any number of requests',
  blockAccount: 'its accounts are never blocked',
  revokeKeys: 'it asks for no keys',
  writeNumbers: 'it writes every amount in one way',
}

interface Reach {
  readonly venue: Venue
  readonly face: PaperFace
  readonly model: HandModel
  readonly clock: VirtualClock
  readonly wire: PaperWire
}

export function paperHands({ venue, face, model, clock, wire }: Reach): VenueHands {
  const byName = (name: string): VenueOrder => {
    const order = venue.orderByClientId(name)
    if (order === undefined) throw new Error(`the paper venue has no ${name}`)
    return order
  }
  /** The venue plans an order anew when its terms are given again: then it may meet the market now. */
  const fill = (name: string, part?: string): void => {
    model.arrival = 0
    model.part = part
    const answer = venue.replace(byName(name).id, {})
    if (answer.kind === 'refused') throw new Error(answer.broken.message)
    clock.advance(0)
    model.arrival = NOT_BY_ITSELF_MS
    model.part = undefined
  }
  const endDay = (): void => {
    const ends = venue.orders({ status: 'open', after: 0, limit: 500 }).map(({ plan }) => plan.expiresAt ?? 0)
    clock.advance(Math.max(0, ...ends.map((at) => at - clock.now())) + 1_000)
  }
  return {
    ...NO_HANDS,
    fill: async (name, part) => fill(name, part),
    expire: async () => endDay(),
    endDay: async () => endDay(),
    wait: async (ms) => clock.advance(ms),
    rejectNext: async () => {
      model.turnsNextDown = true
    },
    cancelOutside: async (name) => void venue.cancel(byName(name).id),
    submitOutside: async (order) => submitOutside(venue, order),
    replaceOutside: async (name, terms) => {
      venue.replace(byName(name).id, {
        ...(terms.quantity === undefined ? {} : { quantity: quantity(terms.quantity) }),
        ...(terms.limitPrice === undefined ? {} : { limitPrice: price(terms.limitPrice) }),
      })
    },
    strike: async (target, trouble, nth) => wire.strike(target, trouble, nth),
    strikeFrame: async (trouble, of = 'rest') => wire.strikeFrame(trouble, of),
    fillBeforeAnswer: async () => {
      wire.afterwards.push({ kind: 'submit', act: (_path, body) => fill(nameIn(body)) })
    },
    fillInsteadOfCancel: async () => {
      model.cancel = NOT_BY_ITSELF_MS
      wire.afterwards.push({ kind: 'cancel', act: (path) => fill(nameAt(venue, path)) })
    },
    neverCancel: async () => {
      model.cancel = NOT_BY_ITSELF_MS
    },
    acceptLate: async (afterMs) => {
      wire.insteadOfSubmit = (body = '') => {
        clock.timers.after(afterMs, () => void face.handle({ method: 'POST', path: '/v1/orders', body }))
        return { status: 504, body: '<html>504 Gateway Time-out</html>' }
      }
    },
    hideNext: async (forMs) => hideNext(wire, clock, forMs),
    unheardOfStatus: async (name) => {
      wire.rewrite = (text) => text.replaceAll('"status":"new"', '"status":"awaiting_moonrise"')
      venue.replace(byName(name).id, {})
    },
    endStreams: async (how) => wire.endStreams(how),
    silenceStreams: async () => {
      wire.isSilent = true
    },
    refuseStreams: async () => {
      wire.refusesStreams = true
    },
    stopListening: async () => {
      wire.isListening = false
    },
  }
}

const nameIn = (body = ''): string => JSON.parse(body).client_order_id
const nameAt = (venue: Venue, path: string): string =>
  venue.orderById(decodeURIComponent(path.split('/')[3] ?? ''))?.clientOrderId ?? ''

function submitOutside(venue: Venue, { name, symbol, side, timeInForce, ...order }: OutsideOrder): void {
  const answer = venue.submit({
    clientOrderId: name,
    symbol,
    side,
    type: 'limit',
    timeInForce,
    quantity: quantity(order.quantity),
    limitPrice: price(order.limitPrice),
  })
  if (answer.kind === 'refused') throw new Error(answer.broken.message)
}

const NOT_FOUND: PaperAnswer = {
  status: 404,
  body: JSON.stringify({ code: 'order_not_found', message: 'no such order here' }),
}
/** Taken and answered, and for a while nobody who reads is shown it. */
function hideNext(wire: PaperWire, clock: VirtualClock, forMs: number): void {
  const act = (_path: string, body: string | undefined): void => {
    const [name, until] = [nameIn(body), clock.now() + forMs]
    wire.read = (answer) => {
      if (clock.now() >= until) return answer
      return isAbout(answer.body, name) ? NOT_FOUND : { ...answer, body: withoutRow(answer.body, name) }
    }
  }
  wire.afterwards.push({ kind: 'submit', act })
}
const isAbout = (text: string, name: string): boolean => JSON.parse(text).client_order_id === name
function withoutRow(text: string, name: string): string {
  const body = JSON.parse(text)
  if (!Array.isArray(body.items)) return text
  const items = body.items.filter((row: { client_order_id?: string }) => row.client_order_id !== name)
  return JSON.stringify({ ...body, items })
}
