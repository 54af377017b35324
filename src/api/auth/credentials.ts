import type { IncomingHttpHeaders } from 'node:http'

export const SESSION_COOKIE = 'surefill_session'

export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'session'; readonly token: string }
  /** More than one key, or one that cannot be read: nobody guesses which was meant. */
  | { readonly kind: 'unclear' }

const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i
const PLAIN = /^[\x21-\x7e]{1,512}$/

/** What a request shows. A key in a header wins over the page's cookie, which browsers send by themselves. */
export function credentialsOf(headers: IncomingHttpHeaders, rawHeaders: readonly string[]): Credentials {
  const { authorization, 'x-api-key': apiKey, cookie } = headers
  if (authorization !== undefined || apiKey !== undefined) {
    if (authorization !== undefined && apiKey !== undefined) return { kind: 'unclear' }
    if (authorization !== undefined) {
      const key = BEARER.exec(authorization)?.[1]
      return key === undefined || isRepeated('authorization', rawHeaders) ? { kind: 'unclear' } : { kind: 'key', key }
    }
    return typeof apiKey === 'string' && PLAIN.test(apiKey) ? { kind: 'key', key: apiKey } : { kind: 'unclear' }
  }
  if (cookie === undefined) return { kind: 'none' }
  const tokens = cookiesNamed(SESSION_COOKIE, cookie)
  const [token] = tokens
  if (token === undefined) return { kind: 'none' }
  return tokens.length > 1 ? { kind: 'unclear' } : { kind: 'session', token }
}

/** Node keeps the first of a repeated Authorization silently. */
function isRepeated(name: string, rawHeaders: readonly string[]): boolean {
  let seen = 0
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === name) seen += 1
  return seen > 1
}

function cookiesNamed(name: string, header: string): string[] {
  return header.split(';').flatMap((part) => {
    const at = part.indexOf('=')
    return at > 0 && part.slice(0, at).trim() === name ? [part.slice(at + 1).trim()] : []
  })
}
