import { z } from 'zod'
import { named } from './block.ts'
import { choice, decimal, flag, money, secret, text } from './kinds.ts'
import { OPTION_INFO, option, optional, required } from './option.ts'
import { rateLimitRules } from './rate-limit.ts'
import { riskOverrides } from './risk.ts'
import { url } from './url-kinds.ts'

const VENUE_TEXT = 'The venue this account trades at.'

function venueKey<const V extends string>(venue: V) {
  const schema = z.literal(venue).meta({ description: VENUE_TEXT })
  OPTION_INFO.set(schema, { ...choice([venue]), show: String, description: VENUE_TEXT })
  return schema
}

const environment = <const V extends readonly string[]>(
  words: V,
  fallback: V[number],
  aliases: Readonly<Record<string, string>> = {},
) =>
  option(
    choice(words, { aliases }),
    fallback,
    "Paper money or real money, in the venue's own words or ours. Where the venue has no paper environment, 'paper' needs a base_url.",
  )

const currency = (fallback: string) =>
  option(
    text({ what: 'a currency of 2 to 10 capital letters or digits', pattern: /^[A-Z0-9]{2,10}$/ }),
    fallback,
    'What cash, limits and results of this account are counted in.',
  )

const everyAccount = {
  adopt_positions: option(
    flag,
    false,
    'Book the holdings found at the first start as ours. Otherwise trading their symbols waits for an operator.',
  ),
  risk: riskOverrides.exactOptional(),
  rate_limit: rateLimitRules.exactOptional(),
  base_url: optional(url('http:', 'https:'), "A simulator's HTTP address; refused in live mode."),
}
const brokerAccount = {
  ...everyAccount,
  stream_url: optional(url('ws:', 'wss:', 'http:', 'https:'), "A simulator's stream address; refused in live mode."),
  data_url: optional(url('http:', 'https:'), "A simulator's address for market data; refused in live mode."),
}

const paperSymbol = z
  .strictObject({
    price: required(decimal({ above: true, unit: "the account's currency" }), 'Where the price begins.'),
    tick: option(decimal({ above: true, unit: "the account's currency" }), '0.01', 'Price step.'),
    lot: option(decimal({ above: true, unit: 'units' }), '1', 'Quantity step.'),
  })
  .meta({ description: 'A symbol the paper venue knows.' })

const paper = z.strictObject({
  venue: venueKey('paper'),
  environment: environment(['paper'], 'paper'),
  currency: currency('USD'),
  ...everyAccount,
  cash: option(money(), '1000000', 'Cash on the first day.'),
  commission: option(money(), '0', 'Taken for every order that trades.'),
  commission_bps: option(
    decimal({ max: '1000', unit: 'bps' }),
    '0',
    'Taken in addition, as a share of what was traded.',
  ),
  allow_short: option(flag, false, 'May more be sold than is held?'),
  seed: option(
    text({ what: 'a text', numbers: true }),
    'surefill',
    'Prices, delays and chance follow from it; the same seed gives the same market.',
  ),
  symbols: named('Symbols to add, or to give another price.', paperSymbol),
  model: option(
    choice(['calm', 'lively']),
    'calm',
    'calm fills a limit that crosses the market whole and soon; lively has delays, partial fills, drift and rejections.',
  ),
})

const alpaca = z.strictObject({
  venue: venueKey('alpaca'),
  environment: environment(['paper', 'live'], 'paper'),
  currency: currency('USD'),
  ...brokerAccount,
  key_id: required(secret('an API key id'), 'API key id.'),
  secret_key: required(secret('an API secret key'), 'API secret key.'),
  feed: option(
    choice(['iex', 'sip']),
    'iex',
    'What quotes of shares are made of: iex is free and one exchange, sip is every exchange and has to be paid for.',
  ),
})

const bybit = z.strictObject({
  venue: venueKey('bybit'),
  environment: environment(['testnet', 'demo', 'live'], 'testnet', { paper: 'testnet', mainnet: 'live' }),
  currency: currency('USDT'),
  ...brokerAccount,
  api_key: required(secret('an API key'), 'API key.'),
  api_secret: required(secret('an API secret'), 'API secret.'),
})

const robinhood = z.strictObject({
  venue: venueKey('robinhood'),
  environment: environment(['paper', 'live'], 'paper'),
  currency: currency('USD'),
  ...brokerAccount,
  api_key: required(secret('an API key'), 'API key.'),
  private_key: required(secret('a private key in base64'), 'Private key that signs the calls.'),
})

const kotakNeo = z.strictObject({
  venue: venueKey('kotak-neo'),
  environment: environment(['paper', 'live'], 'paper', { prod: 'live' }),
  currency: currency('INR'),
  ...brokerAccount,
  consumer_key: required(secret('a consumer key'), 'Consumer key.'),
  mobile: required(secret('a mobile number with country code'), 'Mobile number of the login.'),
  ucc: required(secret('a client code'), 'Client code.'),
  mpin: required(secret('a PIN'), 'PIN of the login.'),
  totp_secret: required(secret('a TOTP secret in base32'), 'Secret the one-time codes are made from.'),
})

const kis = z.strictObject({
  venue: venueKey('kis'),
  environment: environment(['paper', 'live'], 'paper', { vts: 'paper', virtual: 'paper', real: 'live', prod: 'live' }),
  currency: currency('KRW'),
  ...brokerAccount,
  app_key: required(secret('an app key'), 'App key.'),
  app_secret: required(secret('an app secret'), 'App secret.'),
  account_number: required(
    secret('an account number'),
    'Account number, with its product code after a dash where it is not 01.',
  ),
})

export const VENUES = [paper, alpaca, bybit, robinhood, kotakNeo, kis] as const
/** Venues without a paper environment of their own: 'paper' there means a simulator. */
export const NO_PAPER_ENVIRONMENT: readonly string[] = ['robinhood', 'kotak-neo']

const ACCOUNT_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/
export const accounts = z
  .record(z.string().regex(ACCOUNT_NAME), z.discriminatedUnion('venue', VENUES))
  .meta({
    description: 'Accounts by a name of your own. Without this block there is one, `paper`, at the paper venue.',
  })
  .prefault(() => ({ paper: { venue: 'paper' } }) as never)
