import type { HttpExchange, HttpRequest, HttpResult } from '../../../../src/ports/http.ts'

/** One request and what came back, without a key and with every name replaced by a made-up one. */
export interface Recorded {
  readonly method: string
  readonly path: string
  readonly sent?: string
  readonly status?: number
  readonly failed?: string
  readonly body?: string
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi
const ACCOUNT_NUMBER = /(?<="account_number":\s*")[^"]+/g
const HIDDEN = 'hidden'

/**
 * What may leave the machine of whoever recorded it. Guarantees: the same name gives the same made-up name in one
 * recording, so that what belongs together still does; a secret that turns up anywhere is hidden.
 */
export class Sanitiser {
  readonly #secrets: readonly string[]
  readonly #ours: RegExp
  readonly #ids = new Map<string, string>()
  readonly #names = new Map<string, string>()

  constructor(secrets: readonly string[], prefix: string) {
    this.#secrets = secrets
    this.#ours = new RegExp(`${prefix}-[A-Za-z0-9._-]+`, 'g')
  }

  clean(text: string): string {
    const open = text
      .replaceAll(UUID, (id) => madeUp(this.#ids, id.toLowerCase(), (n) => `00000000-0000-4000-8000-${hex(n)}`))
      .replaceAll(this.#ours, (name) => madeUp(this.#names, name, (n) => `sf-recorded-${n}`))
      .replaceAll(ACCOUNT_NUMBER, HIDDEN)
    return this.#secrets.reduce((seen, secret) => seen.replaceAll(secret, HIDDEN), open)
  }
}

const hex = (n: number): string => n.toString(16).padStart(12, '0')
function madeUp(known: Map<string, string>, name: string, make: (n: number) => string): string {
  const made = known.get(name) ?? make(known.size + 1)
  known.set(name, made)
  return made
}

/** Passes every request on as it is and keeps what may be kept of it. */
export class RecordingExchange implements HttpExchange {
  readonly recorded: Recorded[] = []
  readonly requests: { readonly method: string; readonly path: string; readonly body: string }[] = []
  readonly #inner: HttpExchange
  readonly #sanitiser: Sanitiser

  constructor(inner: HttpExchange, sanitiser: Sanitiser) {
    this.#inner = inner
    this.#sanitiser = sanitiser
  }

  async exchange(request: HttpRequest): Promise<HttpResult> {
    const { method, path, body = '' } = request
    const result = await this.#inner.exchange(request)
    const hasLeft = result.kind === 'answer' || result.phase !== 'not_sent'
    if (hasLeft) this.requests.push({ method, path, body })
    const clean = (text: string): string => this.#sanitiser.clean(text)
    this.recorded.push({
      method,
      path: clean(path),
      ...(body === '' ? {} : { sent: clean(body) }),
      ...(result.kind === 'answer'
        ? { status: result.status, body: clean(result.body) }
        : { failed: `${result.phase}: ${clean(result.cause)}` }),
    })
    return result
  }
}
