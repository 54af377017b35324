import type { Random } from '../../seeded-random.ts'
import { type Fields, isFields, textOf } from './json.ts'
import { isMisbehaviour, MISBEHAVIOUR_NAMES, type Misbehaviour, type Phase, rowOf, type When } from './misbehaviours.ts'

/** One line of a script: when it applies, and what the venue does wrong then. */
export interface Rule {
  readonly when: When
  readonly do: readonly Misbehaviour[]
  readonly ms: number | undefined
  readonly status: number | undefined
  readonly body: string | undefined
  /** At most so often. */
  readonly times: number
  /** In [0, 1]: how often, of the exchanges it is for. */
  readonly chance: number
}
/** A misbehaviour that strikes, with its own length and words. */
export interface Strike extends Pick<Rule, 'status' | 'body'> {
  readonly name: Misbehaviour
  readonly ms: number
}
export interface Occasion {
  readonly phase: Phase
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly event?: string
}

export class ScriptError extends Error {
  override readonly name = 'ScriptError'
}

interface Armed {
  readonly rule: Rule
  seen: number
  used: number
}

/** The rules in force. The same seed, the same requests: the same strikes. */
export class Script {
  readonly #random: Random
  #armed: Armed[] = []

  constructor(random: Random) {
    this.#random = random
  }

  arm(rules: readonly Rule[]): void {
    this.#armed.push(...rules.map((rule) => ({ rule, seen: 0, used: 0 })))
  }
  clear(): void {
    this.#armed = []
  }
  get rules(): readonly (Rule & { readonly seen: number; readonly used: number })[] {
    return this.#armed.map(({ rule, seen, used }) => ({ ...rule, seen, used }))
  }

  strikes(occasion: Occasion): readonly Strike[] {
    return this.#armed.flatMap((armed) => this.#strikesOf(armed, occasion))
  }

  #strikesOf(armed: Armed, occasion: Occasion): readonly Strike[] {
    const { rule } = armed
    if (!rule.do.some((name) => rowOf(name).phase === occasion.phase) || !fits(rule.when, occasion)) return []
    armed.seen += 1
    if (!isTurn(rule.when, armed.seen) || armed.used >= rule.times) return []
    if (rule.chance < 1 && this.#random('alpaca.misbehaviour') >= rule.chance) return []
    armed.used += 1
    const { status, body } = rule
    return rule.do.map((name) => ({ name, ms: rule.ms ?? rowOf(name).ms ?? 0, status, body }))
  }
}

const isTurn = ({ nth, every }: When, seen: number): boolean =>
  (nth === undefined || seen === nth) && (every === undefined || seen % every === 0)

function fits({ method, path, event }: When, occasion: Occasion): boolean {
  if (method !== undefined && method !== occasion.method) return false
  if (event !== undefined && event !== occasion.event) return false
  return path === undefined || sameAddress(path, occasion)
}
/** What the pattern says of the query has to be asked for; what else is asked does not matter. */
function sameAddress(pattern: string, { path = '', query = '' }: Occasion): boolean {
  const [wanted = '', parameters = ''] = pattern.split('?', 2)
  const asked = new URLSearchParams(query)
  const isAsked = ([name, value]: [string, string]): boolean => asked.get(name) === value
  return samePath(wanted.split('/'), path.split('/')) && [...new URLSearchParams(parameters)].every(isAsked)
}
const samePath = (pattern: readonly string[], parts: readonly string[]): boolean =>
  pattern.length === parts.length && pattern.every((part, at) => part === '*' || part === parts[at])

/** `answer-lost,slow-answer=0.2`: each with its usual exchanges and a chance; `all` is every one of them. */
export function rulesFromList(list: string): readonly Rule[] {
  return list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [name = '', chance] = part.split('=', 2)
      const names = name === 'all' ? MISBEHAVIOUR_NAMES : [name]
      return names.map((one) => readRule({ do: one, chance: chance ?? (name === 'all' ? RARE : OFTEN) }))
    })
}
const OFTEN = '0.1'
const RARE = '0.02'

/** A script is a list of rules, or `{"rules": [...]}`. */
export function readScript(text: string): readonly Rule[] {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (error) {
    throw new ScriptError(`the script is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  const rules = isFields(read) ? (read.rules ?? [read]) : read
  if (!Array.isArray(rules)) throw new ScriptError('a script is a list of rules')
  return rules.map(readRule)
}

const RULE_KEYS: ReadonlySet<string> = new Set(['when', 'do', 'ms', 'status', 'body', 'times', 'chance'])
const WHEN_KEYS: ReadonlySet<string> = new Set(['method', 'path', 'event', 'nth', 'every'])

export function readRule(fields: unknown): Rule {
  if (!isFields(fields)) throw new ScriptError('a rule is an object such as {"do": "answer-lost"}')
  onlyKnown(fields, RULE_KEYS, 'a rule')
  const names = namesIn(fields.do)
  const first = names[0]
  if (first === undefined) throw new ScriptError('a rule says under "do" what goes wrong')
  const phase = rowOf(first).phase
  const stranger = names.find((name) => rowOf(name).phase !== phase)
  if (stranger !== undefined)
    throw new ScriptError(`${first} and ${stranger} strike at different things: make two rules`)
  return {
    do: names,
    when: readWhen(fields.when, rowOf(first).when),
    ms: numberIn(fields, 'ms'),
    status: numberIn(fields, 'status') ?? rowOf(first).status,
    body: textOf(fields, 'body'),
    times: numberIn(fields, 'times') ?? Number.POSITIVE_INFINITY,
    chance: numberIn(fields, 'chance') ?? 1,
  }
}

function namesIn(value: unknown): readonly Misbehaviour[] {
  const names: readonly unknown[] = Array.isArray(value) ? value : [value]
  return names.map((name) => {
    if (typeof name === 'string' && isMisbehaviour(name)) return name
    throw new ScriptError(`no misbehaviour is called ${String(name)}; there are ${MISBEHAVIOUR_NAMES.join(', ')}`)
  })
}

/** A rule that says nothing about the exchange takes the usual one; one that names it means just that. */
function readWhen(value: unknown, usual: When): When {
  if (value === undefined) return usual
  if (!isFields(value)) throw new ScriptError('"when" is an object such as {"method": "POST", "path": "/v2/orders"}')
  onlyKnown(value, WHEN_KEYS, '"when"')
  const namesExchange = ['method', 'path', 'event'].some((name) => name in value)
  const [nth, every] = [numberIn(value, 'nth'), numberIn(value, 'every')]
  const [method, path, event] = [textOf(value, 'method')?.toUpperCase(), textOf(value, 'path'), textOf(value, 'event')]
  return {
    ...(namesExchange ? {} : usual),
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(event === undefined ? {} : { event }),
    ...(nth === undefined ? {} : { nth }),
    ...(every === undefined ? {} : { every }),
  }
}

function onlyKnown(fields: Fields, known: ReadonlySet<string>, what: string): void {
  const unknown = Object.keys(fields).find((name) => !known.has(name))
  if (unknown !== undefined) throw new ScriptError(`${what} has no "${unknown}"; it has ${[...known].join(', ')}`)
}
function numberIn(fields: Fields, name: string): number | undefined {
  const value = fields[name]
  if (value === undefined) return undefined
  const number = Number(value)
  if (!Number.isFinite(number) || number < 0) throw new ScriptError(`"${name}" is a number, not ${String(value)}`)
  return number
}
