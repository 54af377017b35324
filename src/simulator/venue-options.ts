import { type Amount, amount } from '../core/money.ts'
import { type Commission, type CommissionOption, commissionFrom } from './commission.ts'
import { FILL_MODELS, type FillModel, type ModelName } from './fill-model.ts'
import { type Instruments, instrumentsFor, type SymbolOptions } from './instruments.ts'
import { alwaysOpen, type OpenInterval, openDuring, type VenueSession } from './venue-session.ts'

/** One account at the venue and the market it sees, as plain data, so that it can be sent to another thread. */
export interface VenueOptions {
  readonly cash?: string
  readonly currency?: string
  readonly commission?: CommissionOption
  readonly commission_bps?: string
  readonly allow_short?: boolean
  readonly seed?: string
  readonly symbols?: Readonly<Record<string, SymbolOptions>>
  readonly model?: ModelName
  /** When the market is open; without it, always. */
  readonly open_during?: readonly OpenInterval[]
}

export interface VenueRules {
  readonly cash: Amount
  readonly currency: string
  readonly commission: Commission
  readonly allowShort: boolean
  readonly seed: string
  readonly instruments: Instruments
  readonly model: FillModel
  readonly session: VenueSession
}

export function venueRules(options: VenueOptions): VenueRules {
  const { currency = 'USD', commission, commission_bps } = options
  const byOrder = typeof commission === 'object' ? commission : { per_order: commission ?? '0' }
  return {
    cash: amount(options.cash ?? '1000000'),
    currency,
    commission: commissionFrom(commission_bps === undefined ? byOrder : { ...byOrder, bps: commission_bps }),
    allowShort: options.allow_short ?? false,
    seed: options.seed ?? 'surefill',
    instruments: instrumentsFor(currency, options.symbols),
    model: FILL_MODELS[options.model ?? 'calm'],
    session: options.open_during === undefined ? alwaysOpen : openDuring(options.open_during),
  }
}
