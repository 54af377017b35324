import { assert } from './assert.ts'
import { sha256 } from './hash.ts'
import type { Instant } from './time.ts'

declare const kind: unique symbol
type Id<K extends string> = string & { readonly [kind]: K }

/** Ours, a UUIDv7; stable over every retry and generation. */
export type OrderId = Id<'order'>
/** The trader's, unique in the installation for ever. */
export type SignalId = Id<'signal'>
/** Ours, chosen before sending; what the venue knows one generation of an order by. */
export type ClientOrderId = Id<'client-order'>
export type BrokerOrderId = Id<'broker-order'>
export type ExecutionId = Id<'execution'>

export const orderId = (text: string): OrderId => text as OrderId
export const signalId = (text: string): SignalId => text as SignalId
export const clientOrderId = (text: string): ClientOrderId => text as ClientOrderId
export const brokerOrderId = (text: string): BrokerOrderId => text as BrokerOrderId
export const executionId = (text: string): ExecutionId => text as ExecutionId

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

/** RFC 9562 version 7: sortable by time to the millisecond, 74 random bits. `draw` gives numbers in [0, 1). */
export function newOrderId(at: Instant, draw: () => number): OrderId {
  const bits = (n: number): number => Math.floor(draw() * 2 ** n)
  const time = hex(Math.trunc(at), 12)
  const variant = hex(0x8000 | bits(14), 4)
  return orderId(
    `${time.slice(0, 8)}-${time.slice(8)}-7${hex(bits(12), 3)}-${variant}-${hex(bits(24), 6)}${hex(bits(24), 6)}`,
  )
}

export interface ClientOrderIdRule {
  readonly maxLength: number
}
export interface SendIdentity {
  /** Drawn once per installation, so that two installations on one account never meet in an id. */
  readonly installation: string
  readonly account: string
  readonly signalId: string
  readonly leg: number
  readonly generation: number
}

export const CLIENT_ORDER_ID_PREFIX = 'sf-'
const INSTALLATION_CHARS = 6
const SHORTEST = CLIENT_ORDER_ID_PREFIX.length + INSTALLATION_CHARS + 8
const LONGEST = CLIENT_ORDER_ID_PREFIX.length + INSTALLATION_CHARS + 20

/**
 * A function of what it identifies: the same signal, admitted twice or replayed after a crash, meets itself at the venue.
 * The installation stands in clear, so that a foreign order with our prefix shows as another instance.
 */
export function clientOrderIdFor(identity: SendIdentity, rule: ClientOrderIdRule): ClientOrderId {
  assert(rule.maxLength >= SHORTEST, `a venue with client order ids under ${SHORTEST} characters needs its own rule`)
  const { installation, account, signalId: signal, leg, generation } = identity
  const digest = sha256(JSON.stringify([installation, account, signal, leg, generation]))
  const text = `${CLIENT_ORDER_ID_PREFIX}${installationTag(installation)}${base32(digest)}`
  return clientOrderId(text.slice(0, Math.min(LONGEST, rule.maxLength)))
}

export const installationTag = (installation: string): string =>
  base32(sha256(`installation ${installation}`)).slice(0, INSTALLATION_CHARS)

export type IdOwner = 'ours' | 'another_installation' | 'foreign'
export function ownerOf(id: string, installation: string): IdOwner {
  const tag = installationTagOf(id)
  if (tag === undefined) return 'foreign'
  return tag === installationTag(installation) ? 'ours' : 'another_installation'
}

/** Whose tag an id with our prefix carries. */
export const installationTagOf = (id: string): string | undefined =>
  id.startsWith(CLIENT_ORDER_ID_PREFIX)
    ? id.slice(CLIENT_ORDER_ID_PREFIX.length, CLIENT_ORDER_ID_PREFIX.length + INSTALLATION_CHARS)
    : undefined

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
/** Crockford's digits, five bits each, from the first 40 hex digits: 32 characters. */
function base32(hexText: string): string {
  let text = ''
  for (let at = 0; at < 40; at += 5) {
    let bits = Number.parseInt(hexText.slice(at, at + 5), 16)
    let four = ''
    for (let n = 0; n < 4; n += 1) {
      four = `${ALPHABET[bits & 31]}${four}`
      bits >>= 5
    }
    text += four
  }
  return text
}
