import { accountJson } from './account-answers.ts'
import { type Switches, USUAL_SWITCHES } from './alpaca-options.ts'
import type { AlpacaVenue } from './alpaca-venue.ts'
import { actByHand, HAND_ACTIONS, setPrice } from './by-hand.ts'
import { type Fields, isFields, isYes, jsonText, textOf } from './json.ts'
import { MISBEHAVIOURS } from './misbehaviours.ts'
import { orderJson } from './order-json.ts'
import { positionsJson } from './position-answers.ts'
import { Refused } from './refused.ts'
import { readRule, rulesFromList, ScriptError } from './script.ts'
import { millisOf, readStamp, stampOfMillis, stampText } from './stamps.ts'

/** The hands of whoever runs the simulator: the truth, the prices, the orders, the clock, and what is to go wrong. */
export interface SimulatorHands {
  venue(): AlpacaVenue
  readonly clock: {
    now(): number
    speed: number
    /** Forward only. */
    set(at: number): void
  }
  closeStreams(how: 'closed' | 'reset'): number
  reset(): void
}
export interface ControlAnswer {
  readonly status: number
  readonly json: unknown
}
interface Command {
  readonly parts: readonly string[]
  readonly query: URLSearchParams
  readonly asked: Fields
  /** As it came: a script is a list. */
  readonly body: unknown
}
type Handler = (hands: SimulatorHands, command: Command) => unknown

const COMMANDS: readonly (readonly [line: string, says: string, Handler])[] = [
  ['GET /', 'this list', () => describe()],
  ['GET /journal', 'the truth: every request, answer, order, execution and frame; ?since=SEQ for the rest', journal],
  ['GET /state', 'orders, positions, account and clock as they really are', state],
  [
    'POST /price',
    '{"symbol", "price"} or {"symbol", "bid", "ask"}: stands until it is let go',
    (hands, { asked }) => setPrice(hands.venue(), asked),
  ],
  ['DELETE /price', '?symbol=: the market moves by itself again', releasePrice],
  [
    'POST /orders/*/*',
    `by hand to one order, named by either id: ${HAND_ACTIONS.join(', ')}; {"qty", "price"} where they make sense`,
    (hands, { parts, asked }) => {
      const order = actByHand(hands.venue(), parts[1] ?? '', parts[2] ?? '', asked)
      return orderJson(order, { switches: USUAL_SWITCHES })
    },
  ],
  ['GET /faults', 'the rules in force, and every misbehaviour there is', faults],
  ['POST /faults', 'a rule, a list of rules, or {"list": "answer-lost,slow-answer=0.2"}', arm],
  ['DELETE /faults', 'nothing goes wrong from now on', (hands) => hands.venue().script.clear()],
  ['GET /clock', 'the time at the venue', (hands) => clockOf(hands)],
  ['POST /clock', '{"speed"}, {"at"} or {"advance_ms"}; it only goes forward', setClock],
  ['GET /switches', 'how the venue settles what nobody outside knows', (hands) => hands.venue().parts.switches],
  ['POST /switches', 'the ones to change', setSwitches],
  [
    'POST /account',
    '{"trading_blocked", "account_blocked", "liquidation_only", "shorting_enabled", "status"}',
    setAccount,
  ],
  ['POST /streams/close', '{"how": "closed" or "reset"}: every stream ends', closeStreams],
  ['POST /reset', 'a new account, and no order', (hands) => hands.reset()],
]
const TABLE = COMMANDS.map(([line, says, handler]) => {
  const [method = '', path = ''] = line.split(' ')
  return { line, says, handler, method, pattern: path.slice(1).split('/') }
})

export class ControlFace {
  readonly #hands: SimulatorHands

  constructor(hands: SimulatorHands) {
    this.#hands = hands
  }

  /** `path` may end in a query; `body` is JSON or nothing. */
  handle(method: string, path: string, body = ''): ControlAnswer {
    const url = new URL(path, 'http://control')
    const parts = url.pathname.slice(1).split('/').map(decodeURIComponent)
    const row = TABLE.find((one) => one.method === method && matches(one.pattern, parts))
    if (row === undefined) return { status: 404, json: { message: `no ${method} ${url.pathname} here`, ...describe() } }
    try {
      const read: unknown = body === '' ? {} : JSON.parse(body)
      const asked = isFields(read) ? asTexts(read) : {}
      return {
        status: 200,
        json: row.handler(this.#hands, { parts, query: url.searchParams, asked, body: read }) ?? {},
      }
    } catch (error) {
      if (error instanceof Refused) return { status: error.status, json: error.body }
      if (error instanceof SyntaxError || error instanceof ScriptError || error instanceof URIError) {
        return { status: 400, json: { message: error.message } }
      }
      throw error
    }
  }
}

const matches = (pattern: readonly string[], parts: readonly string[]): boolean =>
  pattern.length === parts.length && pattern.every((part, at) => part === '*' || part === parts[at])
/** Amounts may be written as numbers. */
const asTexts = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'number' ? `${value}` : value]),
  )
const describe = (): Record<string, unknown> => ({
  commands: Object.fromEntries(TABLE.map(({ line, says }) => [line, says])),
})

function journal(hands: SimulatorHands, { query }: Command): unknown {
  const { truth } = hands.venue().parts
  return { entries: truth.since(Number(query.get('since') ?? 0)), next: truth.last }
}

function state(hands: SimulatorHands): unknown {
  const { parts } = hands.venue()
  const view = { switches: USUAL_SWITCHES }
  return {
    orders: parts.store.all.map((order) => ({
      ...orderJson(order, view),
      executions: order.executions.map(executionJson),
    })),
    positions: positionsJson(parts),
    account: accountJson(parts),
    clock: clockOf(hands),
  }
}
const executionJson = ({ id, qty, price, at }: { id: string; qty: unknown; price: unknown; at: bigint }): unknown => ({
  id,
  qty,
  price,
  at: stampText(at),
})

function releasePrice(hands: SimulatorHands, { query }: Command): void {
  hands.venue().parts.board.release(query.get('symbol') ?? undefined)
  hands.venue().beat()
}

function faults(hands: SimulatorHands): unknown {
  const known = Object.fromEntries(Object.entries(MISBEHAVIOURS).map(([name, { says }]) => [name, says]))
  return { rules: hands.venue().script.rules, known }
}
function arm(hands: SimulatorHands, { body, asked }: Command): unknown {
  const list = textOf(asked, 'list')
  const given: readonly unknown[] = Array.isArray(body) ? body : [body]
  hands.venue().script.arm(list === undefined ? given.map(readRule) : rulesFromList(list))
  return { rules: hands.venue().script.rules }
}

const clockOf = ({ clock }: SimulatorHands): Record<string, unknown> => ({
  at: stampText(stampOfMillis(clock.now())),
  speed: clock.speed,
})
const FASTEST = 100_000
function setClock(hands: SimulatorHands, { asked }: Command): unknown {
  const { clock } = hands
  const at = textOf(asked, 'at')
  const [speed, advance] = [Number(asked.speed ?? clock.speed), Number(asked.advance_ms ?? 0)]
  if (!(speed > 0 && speed <= FASTEST)) throw new Refused(400, undefined, `"speed" is more than 0, at most ${FASTEST}`)
  if (!(advance >= 0)) throw new Refused(400, undefined, '"advance_ms" is not negative: the clock only goes forward')
  const stamp = at === undefined ? undefined : readStamp(at)
  if (at !== undefined && (stamp === undefined || millisOf(stamp) < clock.now())) {
    throw new Refused(400, undefined, '"at" is a time such as 2026-03-11T14:30:00Z that is still to come')
  }
  clock.speed = speed
  clock.set((stamp === undefined ? clock.now() : millisOf(stamp)) + advance)
  hands.venue().parts.truth.note('by_hand', { action: 'clock', ...asked })
  hands.venue().beat()
  return clockOf(hands)
}

function setSwitches(hands: SimulatorHands, { body }: Command): unknown {
  const changes = isFields(body) ? body : {}
  const known: Fields = { ...USUAL_SWITCHES }
  const wrong = Object.keys(changes).find((name) => typeof changes[name] !== typeof known[name])
  if (wrong !== undefined) {
    throw new Refused(
      400,
      undefined,
      `no switch "${wrong}" that takes this; there are ${Object.keys(known).join(', ')}`,
    )
  }
  // Names and kinds were checked above.
  hands.venue().setSwitches(changes as Partial<Switches>)
  return hands.venue().parts.switches
}

function setAccount(hands: SimulatorHands, { asked }: Command): unknown {
  const { flags } = hands.venue().parts
  const flag = (name: string, usual: boolean): boolean => (name in asked ? isYes(asked[name]) : usual)
  flags.tradingBlocked = flag('trading_blocked', flags.tradingBlocked)
  flags.accountBlocked = flag('account_blocked', flags.accountBlocked)
  flags.liquidationOnly = flag('liquidation_only', flags.liquidationOnly)
  flags.shortingEnabled = flag('shorting_enabled', flags.shortingEnabled)
  flags.status = textOf(asked, 'status') ?? flags.status
  return accountJson(hands.venue().parts)
}

function closeStreams(hands: SimulatorHands, { asked }: Command): unknown {
  return { closed: hands.closeStreams(textOf(asked, 'how') === 'reset' ? 'reset' : 'closed') }
}

export const controlText = ({ json }: ControlAnswer): string => jsonText(json)
