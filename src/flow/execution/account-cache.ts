import type { BrokerGateway, VenueAccount } from '../../ports/broker-gateway.ts'
import type { Clock } from '../../ports/clock.ts'
import type { BuyCostMark } from '../checks/buy-costs.ts'

/** What the venue told, with how far our own buys had come when it was asked. */
export interface AccountReading extends VenueAccount {
  readonly mark: BuyCostMark
}

/** Buying power as the venue last told it: kept for a while, thrown away on every fill and cancel, read once for all who ask. */
export class AccountCache {
  readonly #gateway: BrokerGateway
  readonly #clock: Clock
  readonly #lifetimeMs: number
  readonly #mark: () => BuyCostMark
  #account: { readonly value: AccountReading; readonly readAt: number } | undefined
  #reading: Promise<AccountReading> | undefined

  constructor(gateway: BrokerGateway, clock: Clock, lifetimeMs: number, mark: () => BuyCostMark) {
    this.#gateway = gateway
    this.#clock = clock
    this.#lifetimeMs = lifetimeMs
    this.#mark = mark
  }

  /** What is known without asking, if it is fresh. */
  get fresh(): AccountReading | undefined {
    const known = this.#account
    return known !== undefined && this.#clock.monotonic() - known.readAt < this.#lifetimeMs ? known.value : undefined
  }

  invalidate(): void {
    this.#account = undefined
    this.#reading = undefined // a read that began before the change may answer from before it
  }

  read(): Promise<AccountReading> {
    const { fresh } = this
    if (fresh !== undefined) return Promise.resolve(fresh)
    if (this.#reading !== undefined) return this.#reading
    const mark = this.#mark()
    const reading: Promise<AccountReading> = this.#gateway.account().then(
      (account) => {
        const value = { ...account, mark }
        if (this.#reading === reading) {
          this.#account = { value, readAt: this.#clock.monotonic() }
          this.#reading = undefined
        }
        return value
      },
      (error) => {
        if (this.#reading === reading) this.#reading = undefined
        throw error
      },
    )
    this.#reading = reading
    return reading
  }
}
