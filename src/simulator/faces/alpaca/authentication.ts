import { type AlpacaOptions, USUAL_KEYS } from './alpaca-options.ts'

/** Header names are in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>
export type Entry = 'known' | 'unknown' | 'no_keys'

/** Both key headers, a bearer token, or the pair as a user name and a password. */
export function entryOf(headers: Headers, options: AlpacaOptions): Entry {
  const [id, secret] = [headers['apca-api-key-id'], headers['apca-api-secret-key']]
  if (id !== undefined || secret !== undefined) return isPair(id, secret, options) ? 'known' : 'unknown'
  const authorization = headers.authorization
  if (authorization === undefined) return 'no_keys'
  const [scheme, value = ''] = authorization.split(' ', 2)
  if (scheme?.toLowerCase() === 'bearer') return isToken(value, options) ? 'known' : 'unknown'
  if (scheme?.toLowerCase() !== 'basic') return 'unknown'
  const [user, password] = plainText(value).split(':', 2)
  return isPair(user, password, options) ? 'known' : 'unknown'
}

export const isToken = (token: unknown, options: AlpacaOptions): boolean =>
  token === (options.token ?? USUAL_KEYS.token)
export const isPair = (id: unknown, secret: unknown, { key_id, secret_key }: AlpacaOptions): boolean =>
  id === (key_id ?? USUAL_KEYS.keyId) && secret === (secret_key ?? USUAL_KEYS.secretKey)

function plainText(base64: string): string {
  try {
    return atob(base64)
  } catch {
    return ''
  }
}
