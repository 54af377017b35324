import type { Evidence } from '../evidence.ts'
import { Cursor } from './cursor.ts'
import { type Departure, DepartureWatch } from './identity.ts'
import { objectOf, text } from './reading.ts'
import { Watch } from './watch.ts'

/** Who has lost the account sends nothing any more. */
export class OnlyTheOwnerSends extends DepartureWatch {
  readonly name = 'only the owner sends'
  readonly guards = ['I-36']
  readonly #highest = new Map<string, number>()

  protected departed({ record, tag }: Departure): void {
    const { account, epoch, durable } = record
    if (epoch === undefined) return void this.lacks('wire.epoch')
    this.judged += 1
    const owner = Math.max(durable?.epoch ?? 0, this.#highest.get(account) ?? 0)
    this.#highest.set(account, Math.max(owner, epoch))
    if (epoch < owner) this.wrong('I-36', `${tag} left with epoch ${epoch} while ${owner} owned ${account}`)
  }
  protected override restored(): void {
    this.#highest.clear()
  }
}

/** What was decided stays decided under the configuration it was decided with, and that one was in force. */
export class OneConfigurationADecision extends Watch {
  readonly name = 'one configuration a decision'
  readonly guards = ['I-39']
  readonly when = 'always'
  readonly #lines = new Cursor()

  protected look({ configVersions }: Evidence): void {
    for (const { event, eventId, detail, orderId } of this.#lines.fresh(this.reading.lines)) {
      if (event !== 'order.created' || orderId === undefined) continue
      this.judged += 1
      const version = text(objectOf(detail.draft).config_version)
      if (version === undefined) this.wrong('I-39', `${eventId} does not say which configuration decided it`)
      else if (configVersions === undefined) this.lacks('configVersions')
      else if (!configVersions.includes(version))
        this.wrong('I-39', `${eventId} was decided by ${version}, which never was`)
    }
  }
  protected override restored(): void {
    this.#lines.again()
  }
}

const RECORDS = 'SELECT id, record FROM orders'

export class TheDecisionStays extends Watch {
  readonly name = 'the decision stays'
  readonly guards = ['I-39']
  readonly when = 'quiet'

  protected look(): void {
    for (const row of this.reading.sql(RECORDS).all()) {
      const created = this.reading.orders.get(String(row.id))?.lines[0]
      const [then, now] = [
        objectOf(created?.detail.draft).config_version,
        objectOf(JSON.parse(String(row.record))).config_version,
      ]
      this.judged += 1
      if (then !== now)
        this.wrong('I-39', `order ${String(row.id)} was decided by ${String(then)}, its row says ${String(now)}`)
    }
  }
}

/** Paper stays paper, live stays live, and a dry run sends nothing. */
export class ModesDoNotMix extends DepartureWatch {
  readonly name = 'modes do not mix'
  readonly guards = ['I-59']

  protected departed({ record, tag, order }: Departure): void {
    const mode = text(order?.lines[0]?.fields.mode)
    const environment = this.reading.venue(record.account)?.environment
    if (environment === undefined) return void this.lacks('venue.environment')
    if (mode === undefined) return
    this.judged += 1
    if (mode !== environment) this.wrong('I-59', `${tag} of mode ${mode} left for a venue that is ${environment}`)
  }
}

const FILLS =
  'SELECT f.account, f.order_id, f.symbol, o.account AS owner, o.symbol AS traded, f.seq FROM fills f JOIN orders o ON o.id = f.order_id WHERE f.seq > ?'

/** Nothing of one account ever shows up in another. */
export class AccountsDoNotCross extends Watch {
  readonly name = 'accounts do not cross'
  readonly guards = ['I-60']
  readonly when = 'always'
  readonly #lines = new Cursor()
  readonly #wire = new Cursor()
  readonly #owner = new Map<string, string>()
  #fill = 0

  protected look({ wire }: Evidence): void {
    for (const { orderId, account, fields, eventId } of this.#lines.fresh(this.reading.lines)) {
      if (orderId === undefined) continue
      this.judged += 1
      if (fields.account !== account)
        this.wrong('I-60', `${eventId} of ${String(fields.account)} is in the book of ${account}`)
      const tag = text(fields.client_order_id)
      if (tag !== undefined) this.#owner.set(tag, account)
    }
    for (const { account, tag, what, direction, at } of this.#wire.fresh(wire)) {
      const owner = tag === undefined ? undefined : this.#owner.get(tag)
      if (direction !== 'out' || owner === undefined || owner === account || !this.reading.isRemembered({ at }))
        continue
      this.wrong('I-60', `a ${what} of ${tag}, which is an order of ${owner}, left for ${account}`)
    }
    this.#fills()
  }
  protected override restored(): void {
    this.#lines.again()
    this.#owner.clear()
    this.#fill = 0
  }

  #fills(): void {
    for (const { account, order_id, symbol, owner, traded, seq } of this.reading.sql(FILLS).all(this.#fill)) {
      this.#fill = Math.max(this.#fill, Number(seq))
      if (account !== owner || symbol !== traded)
        this.wrong(
          'I-60',
          `a fill of ${String(symbol)} at ${String(account)} is booked to ${String(order_id)} of ${String(owner)}`,
        )
    }
  }
}
