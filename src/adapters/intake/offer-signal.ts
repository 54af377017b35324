import type { Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Admission, OrderCommands, SignalRequest } from '../../ports/order-commands.ts'
import type { Random } from '../../ports/random.ts'
import { pause } from './pause.ts'

export interface OfferDeps {
  readonly admit: OrderCommands['admit']
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
  readonly stop: AbortSignal
}

type Postponed = Extract<Admission, { kind: 'busy' | 'unavailable' }>
export type SettledAdmission = Exclude<Admission, Postponed>
export interface Offered {
  /** `undefined` when the work was stopped before there was an answer. */
  readonly admission: SettledAdmission | undefined
  readonly postponed: number
}

const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 5_000

/** Offers one signal until it is answered for good. Asking again is safe: the signal's id makes it one order. */
export async function offerSignal(request: SignalRequest, deps: OfferDeps): Promise<Offered> {
  const { stop, log, timers } = deps
  for (let postponed = 0; ; postponed += 1) {
    if (stop.aborted) return { admission: undefined, postponed }
    const admission = await ask(request, deps)
    if (!isPostponed(admission)) return { admission, postponed }
    const waitMs = waitFor(admission, postponed, deps.random)
    const reason = admission.kind === 'busy' ? 'too many signals are waiting' : admission.reason
    log.warn('intake.postponed', { by: request.by, tries: postponed + 1, reason, wait_ms: Math.round(waitMs) })
    await pause(waitMs, 'intake.retry', timers, stop)
  }
}

const isPostponed = (admission: Admission): admission is Postponed =>
  admission.kind === 'busy' || admission.kind === 'unavailable'

async function ask(request: SignalRequest, { admit }: OfferDeps): Promise<Admission> {
  try {
    return await admit(request)
  } catch (error) {
    // No answer is not a no: the signal may be stored or not, and asking again tells.
    return { kind: 'unavailable', reason: error instanceof Error ? error.message : String(error) }
  }
}

function waitFor(admission: Postponed, postponed: number, random: Random): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(postponed, 16))
  const backOff = longest * (0.5 + random.draw('intake.retry') / 2)
  return admission.kind === 'busy' ? Math.max(backOff, admission.retryAfterMs) : backOff
}
