import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

const HOST = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]{1,253})(?::(\d{1,5}))?$/

/**
 * May this Host header be answered? A page that rebinds its name to our address still sends its name; an address or
 * localhost cannot be rebound.
 */
export function isHostAllowed(host: string | undefined, allowed: ReadonlySet<string>): boolean {
  const match = HOST.exec(host ?? '')
  const name = match?.[1]?.toLowerCase()
  if (host === undefined || name === undefined) return false
  if (name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return true
  return allowed.has(name) || allowed.has(host.toLowerCase())
}

export type OriginKind = 'none' | 'same' | 'allowed' | 'foreign'

export function originKind(headers: IncomingHttpHeaders, allowed: ReadonlySet<string>): OriginKind {
  const { origin, host } = headers
  if (origin === undefined) return headers['sec-fetch-site'] === 'cross-site' ? crossSiteKind(headers) : 'none'
  if (allowed.has(origin)) return 'allowed'
  return isSameOrigin(origin, host) ? 'same' : 'foreign'
}

/** Following a link to the page is no attack; anything else that another site makes a browser send may be one. */
const crossSiteKind = (headers: IncomingHttpHeaders): OriginKind =>
  headers['sec-fetch-mode'] === 'navigate' ? 'none' : 'foreign'

/** The scheme is not compared: behind a proxy that ends TLS we cannot know it. */
function isSameOrigin(origin: string, host: string | undefined): boolean {
  const scheme = /^https?:\/\//.exec(origin)?.[0]
  return scheme !== undefined && host !== undefined && origin.slice(scheme.length).toLowerCase() === host.toLowerCase()
}
