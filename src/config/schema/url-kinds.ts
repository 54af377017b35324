import { MASK, Secret } from '../secret.ts'
import type { OptionKind } from './option.ts'

const isParsable = (text: string): boolean => URL.canParse(text)
const schemesText = (schemes: readonly string[]): string => schemes.map((scheme) => `${scheme}//…`).join(' or ')
const hasScheme = (text: string, schemes: readonly string[]): boolean =>
  isParsable(text) && schemes.includes(new URL(text).protocol)

/** A plain address. User and password have keys of their own, so here they are a mistake. */
export function url(...schemes: readonly string[]): OptionKind<string> {
  return {
    name: 'text',
    expected: `an address ${schemesText(schemes)} without user or password`,
    type: 'address',
    read: (raw) => (typeof raw === 'string' && hasScheme(raw, schemes) && !hasCredentials(raw) ? raw : undefined),
    show: String,
    // A refused address may be refused because a password stands in it.
    isSecret: (text) => !isParsable(text) || hasCredentials(text),
    json: { type: 'string', minLength: 1 },
  }
}

/** An address that may carry a user and a password: shown without the password. */
export function urlWithPassword(schemes: readonly string[], plainScheme?: string): OptionKind<Secret> {
  const all = [...schemes.map((scheme) => `${scheme}//…`), ...(plainScheme === undefined ? [] : [`${plainScheme}PATH`])]
  const isPlain = (text: string): boolean =>
    plainScheme !== undefined && text.startsWith(plainScheme) && text.length > plainScheme.length
  return {
    name: 'secret',
    expected: `an address ${all.join(' or ')}`,
    type: 'address, may hold a password',
    read: (raw) => {
      if (typeof raw !== 'string') return undefined
      if (isPlain(raw)) return new Secret(raw, raw)
      return hasScheme(raw, schemes) ? new Secret(raw, withoutCredentials(raw)) : undefined
    },
    show: String,
    isSecret: (text) => !isPlain(text) && (!isParsable(text) || hasCredentials(text) || new URL(text).search !== ''),
    json: { type: 'string', minLength: 1 },
  }
}

/** An address whose path is itself the key, as chat webhooks have it: shown as its origin alone. */
export function secretUrl(...schemes: readonly string[]): OptionKind<Secret> {
  return {
    name: 'secret',
    expected: `an address ${schemesText(schemes)}`,
    type: 'address, secret',
    read: (raw) =>
      typeof raw === 'string' && hasScheme(raw, schemes)
        ? new Secret(raw, `${new URL(raw).origin}/${MASK}`)
        : undefined,
    show: String,
    isSecret: () => true,
    json: { type: 'string', minLength: 1 },
  }
}

function hasCredentials(address: string): boolean {
  const { username, password } = new URL(address)
  return username !== '' || password !== ''
}

/** Parameters go too: drivers accept passwords there. */
function withoutCredentials(address: string): string {
  const { protocol, username, host, pathname } = new URL(address)
  return `${protocol}//${username === '' ? '' : `${MASK}@`}${host}${pathname}`
}
