/** What the venue says no with; thrown where the reason is found, answered where the request came in. Nothing has changed. */
export class Refused extends Error {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>

  constructor(status: number, code: number | undefined, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.name = 'Refused'
    this.status = status
    this.body = { ...(code === undefined ? {} : { code }), message, ...more }
  }
}

/** The request contradicts itself. It comes with 422 although the code says 400. */
export const malformed = (message: string): Refused => new Refused(422, 40010001, message)
/** Understood, and against the rules. */
export const againstRules = (message: string, more?: Readonly<Record<string, unknown>>): Refused =>
  new Refused(422, 42210000, message, more)
/** Not for this account, now. */
export const notNow = (message: string, more?: Readonly<Record<string, unknown>>): Refused =>
  new Refused(403, 40310000, message, more)
export const notFound = (message: string): Refused => new Refused(404, 40410000, message)
