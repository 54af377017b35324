import { hash, timingSafeEqual } from 'node:crypto'

/** Each may do what the one before may. */
export const ROLES = ['read', 'trade', 'admin'] as const
export type Role = (typeof ROLES)[number]

export interface ApiKey {
  readonly name: string
  readonly role: Role
  readonly key: { reveal(): string }
}
export interface Principal {
  readonly name: string
  readonly role: Role
  /** The page's session, which ends; a key does not. */
  readonly sessionToken?: string
}

export const mayAct = (principal: Principal, needed: Role): boolean =>
  ROLES.indexOf(principal.role) >= ROLES.indexOf(needed)

/**
 * Who holds which key. Guarantees: only digests are kept; the time of a look-up tells neither which key was near nor how
 * near it was.
 */
export class KeyRing {
  readonly #keys: readonly { readonly digest: Buffer; readonly principal: Principal }[]

  constructor(keys: readonly ApiKey[]) {
    this.#keys = keys.map(({ name, role, key }) => ({ digest: digestOf(key.reveal()), principal: { name, role } }))
  }

  find(secret: string): Principal | undefined {
    const digest = digestOf(secret)
    let found: Principal | undefined
    for (const key of this.#keys) {
      if (timingSafeEqual(key.digest, digest)) found = key.principal
    }
    return found
  }
}

export const digestOf = (secret: string): Buffer => hash('sha256', secret, 'buffer')
