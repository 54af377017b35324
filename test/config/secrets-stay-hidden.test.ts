import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/config/config-problem.ts'
import { configVersion } from '../../src/config/config-version.ts'
import { effectiveConfig } from '../../src/config/effective.ts'
import { CONFIG_TREE, type SchemaNode } from '../../src/config/schema-tree.ts'
import { MASK, Secret } from '../../src/config/secret.ts'
import { accepted, load } from './load-json.ts'

const CANARY = 'zQ7canary-9f3Kx-tail'

/** Every place of the schema where a secret can stand, with what stands there. */
const secretFor = (type: string, secret: string): string => {
  if (type.startsWith('address, may')) return `${secret}`
  if (type.startsWith('address')) return `https://hooks.example/${secret}`
  return secret
}
const ADDRESSES: Readonly<Record<string, string>> = {
  'storage.url': 'postgres',
  'intake.rabbitmq.url': 'amqp',
  'sinks.rabbitmq.url': 'amqps',
  'notifications.email.url': 'smtp',
}
const PLAIN: Readonly<Record<string, unknown>> = { name: 'n', from: 'a@b', to: ['a@b'] }

/** A file in which every secret of the schema is planted, made by `plant` from its path. */
function planted(plant: (path: string, text: (secret: string) => string) => unknown): {
  file: unknown
  places: string[]
} {
  const places: string[] = []
  const file = plantedAt(CONFIG_TREE, '')
  return { file, places }

  function plantedAt(node: SchemaNode, path: string): unknown {
    if (node.kind === 'option') {
      if (node.info.name !== 'secret') return undefined
      places.push(path)
      const scheme = ADDRESSES[path]
      return plant(path, (secret) =>
        scheme === undefined ? secretFor(node.info.type, secret) : `${scheme}://user:${secret}@host:99/path`,
      )
    }
    if (node.kind === 'list') {
      const item = plantedAt(node.item, `${path}[0]`)
      return item === undefined ? undefined : [item]
    }
    if (node.kind === 'named') {
      if (node.value.kind !== 'variants') return undefined
      return Object.fromEntries(
        [...node.value.variants].map(([venue, block]) => [
          venue,
          { venue, ...Object(plantedAt(block, `${path}.${venue}`)) },
        ]),
      )
    }
    if (node.kind === 'variants') return undefined
    const entries = [...node.keys].map(
      ([key, inner]) => [key, plantedAt(inner, path === '' ? key : `${path}.${key}`)] as const,
    )
    const given = entries.filter(([, value]) => value !== undefined)
    if (given.length === 0) return undefined
    const needed = entries.filter(([key]) => node.keys.get(key)?.required && PLAIN[key] !== undefined)
    return Object.fromEntries([...needed.map(([key]) => [key, PLAIN[key]]), ...given])
  }
}

const PIECE = 8
function expectHidden(shown: string): void {
  for (let at = 0; at + PIECE <= CANARY.length; at += 1) expect(shown).not.toContain(CANARY.slice(at, at + PIECE))
}

function everythingShown(file: unknown, env: Record<string, string> = {}): string {
  const result = load(file, { env })
  const shown = [inspect(result, { depth: 20, showHidden: true }), JSON.stringify(result), String(result)]
  if (result instanceof ConfigError) shown.push(result.message, String(result.stack))
  else
    shown.push(JSON.stringify(effectiveConfig(result)), `${Object.values(result.config)}`, configVersion(result.config))
  return shown.join('\n')
}

const dryRun = (file: unknown) => ({ ...Object(file), mode: 'dry_run', routing: { default: 'paper' } })
const simulated = (file: unknown): unknown => {
  const accounts = Object.entries(Object(file).accounts).map(([name, account]) => {
    const needsSimulator = ['robinhood', 'kotak-neo'].includes(name)
    return [name, needsSimulator ? { ...Object(account), base_url: 'http://127.0.0.1:1' } : account]
  })
  return { ...Object(file), accounts: Object.fromEntries(accounts) }
}

describe('a secret planted in every place where one can stand', () => {
  it('is planted in all of them', () => {
    const { places } = planted((_, text) => text(CANARY))
    expect(places).toEqual(
      expect.arrayContaining([
        'accounts.alpaca.secret_key',
        'accounts.kis.account_number',
        'accounts.kotak-neo.totp_secret',
        'storage.url',
        'audit.hmac_key',
        'api.keys[0].key',
        'notifications.telegram.bot_token',
        'notifications.webhooks[0].url',
        'sinks.webhooks[0].secret',
      ]),
    )
    expect(places.length).toBeGreaterThan(22)
  })
  it('is not shown when the file is accepted', () => {
    const file = simulated(dryRun(planted((_, text) => text(CANARY)).file))
    expect(load(file).kind).toBe('loaded')
    expectHidden(everythingShown(file))
  })
  it('is not shown when it came from the environment', () => {
    const file = simulated(dryRun(planted((_, text) => text(`\${CANARY}`)).file))
    expect(load(file, { env: { CANARY } }).kind).toBe('loaded')
    expectHidden(everythingShown(file, { CANARY }))
  })
  it('is not shown when the file is refused for something else', () => {
    const { file } = planted((_, text) => text(CANARY))
    expect(load({ ...Object(file), mode: 'live' }).kind).toBe('refused')
    expectHidden(everythingShown({ ...Object(file), mode: 'live' }))
  })
  it.each<[string, (text: string) => unknown]>([
    ['is wrapped in a block', (text) => ({ value: text })],
    ['is wrapped in a list', (text) => [text]],
    ['is an address without a scheme', (text) => text.replace(/^\w+:\/\//, '')],
    ['is an address of another scheme', (text) => text.replace(/^\w+:/, 'ftp:')],
    ['is a key', (text) => ({ [text.length]: text })],
  ])('is not shown when it %s', (_, wrong) => {
    expectHidden(everythingShown(planted((__, text) => wrong(text(CANARY))).file))
  })
  it('is not shown when it stands in an address that takes none', () => {
    const account = { venue: 'paper', base_url: `http://user:${CANARY}@host/` }
    expectHidden(everythingShown({ accounts: { a: account } }))
    expectHidden(everythingShown({ api: { allowed_origins: [`https://user:${CANARY}@host`] } }))
  })
  it('is not shown when it came through a reference to a place that wants something else', () => {
    const file = { mode: `\${CANARY}`, api: { port: `\${CANARY}` }, risk: { max_signal_age: `x\${CANARY}` } }
    expectHidden(everythingShown(file, { CANARY }))
    expectHidden(everythingShown({ accounts: `\${CANARY}`, data_dir: `\${CANARY}` }, { CANARY }))
    expectHidden(everythingShown({}, { SUREFILL__ACCOUNTS__A__VENUE: 'bybit', SUREFILL__ACCOUNTS__A__API_KEY: CANARY }))
    expectHidden(everythingShown({}, { SUREFILL__ACCOUNTS: CANARY }))
  })
  it('is not shown by an unknown key', () => {
    expectHidden(everythingShown({ accounts: { a: { venue: 'bybit', api_secert: CANARY } } }))
  })
  it('is not shown by a file that breaks off', () => {
    expectHidden(everythingShown(`{"accounts": {"a": {"venue": "bybit", "api_key": "${CANARY}`))
    expectHidden(everythingShown(`{"accounts": {"a": {"venue": "bybit", "api_key": ${CANARY}}}`))
  })
})

describe('a secret', () => {
  const secret = new Secret(CANARY)
  it('comes out by its one door', () => expect(secret.reveal()).toBe(CANARY))
  it('shows a mask everywhere else', () => {
    expect([`${secret}`, JSON.stringify({ secret }), inspect([secret]), inspect(secret, { showHidden: true })]).toEqual(
      [MASK, `{"secret":"${MASK}"}`, `[ ${MASK} ]`, MASK],
    )
    expect(JSON.stringify(structuredClone({ ...secret }))).toBe('{}')
  })
})

describe('an address with a password', () => {
  it('is shown without it', () => {
    const loaded = accepted({ storage: { url: 'postgres://sf:pw@db:5432/orders?password=pw2' } })
    expect(String(loaded.config.storage.url)).toBe(`postgres://${MASK}@db:5432/orders`)
    expect(loaded.config.storage.url.reveal()).toContain('pw2')
  })
})
