import type { Instant } from '../../core/time.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Random } from '../../ports/random.ts'
import { digestOf, type Principal } from './key-ring.ts'

interface Session {
  readonly principal: Principal
  readonly endsAt: Instant
}
const MOST_SESSIONS = 1_000
const TOKEN_WORDS = 8

/**
 * Browsers that have shown a key. Guarantees:
 * - a session ends at its time, at its logout, and with the daemon; nothing brings it back;
 * - tokens are drawn here, so no caller can choose one; only their digests are kept;
 * - there are at most a thousand: the oldest makes room.
 */
export class PageSessions {
  readonly #sessions = new Map<string, Session>()
  readonly #clock: Clock
  readonly #random: Random
  readonly #lifeMs: number

  constructor(clock: Clock, random: Random, lifeMs: number) {
    this.#clock = clock
    this.#random = random
    this.#lifeMs = lifeMs
  }

  open({ name, role }: Principal): { readonly token: string; readonly endsAt: Instant } {
    const token = Array.from({ length: TOKEN_WORDS }, () => this.#word()).join('')
    const endsAt = this.#clock.now() + this.#lifeMs
    this.#makeRoom()
    this.#sessions.set(keyOf(token), { principal: { name, role, sessionToken: token }, endsAt })
    return { token, endsAt }
  }

  find(token: string): Principal | undefined {
    const session = this.#sessions.get(keyOf(token))
    return session !== undefined && this.#clock.now() < session.endsAt ? session.principal : undefined
  }

  end(token: string): void {
    this.#sessions.delete(keyOf(token))
  }

  #makeRoom(): void {
    const now = this.#clock.now()
    for (const [key, { endsAt }] of this.#sessions) if (endsAt <= now) this.#sessions.delete(key)
    const [oldest] = this.#sessions.keys()
    if (this.#sessions.size >= MOST_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest)
  }
  #word(): string {
    const word = Math.floor(this.#random.draw('session.token') * 2 ** 32)
    return word.toString(16).padStart(8, '0')
  }
}

const keyOf = (token: string): string => digestOf(token).toString('hex')
