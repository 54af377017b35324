import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ConfigError } from '../../src/config/config-problem.ts'
import { configJsonSchema } from '../../src/config/json-schema.ts'
import { loadConfig } from '../../src/config/load.ts'
import { CONFIG_TREE } from '../../src/config/schema-tree.ts'
import { configDocs } from '../../tools/generate-config-docs.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

describe('a generated file is current: node tools/generate-config-docs.ts writes it', () => {
  it.each([
    ['config/config.schema.json', configJsonSchema],
    ['docs/configuration.md', configDocs],
  ])('%s', (path, generate) => expect(read(path)).toBe(generate()))
})

const env = {
  ALPACA_KEY_ID: 'id',
  ALPACA_SECRET_KEY: 'secret',
  BYBIT_API_KEY: 'id',
  BYBIT_API_SECRET: 'secret',
  POSTGRES_URL: 'postgres://sf:secret@db/sf',
  RABBITMQ_URL: 'amqp://sf:secret@mq',
}
const PROFILES = [
  'config.example.json',
  'config/paper.json',
  'config/alpaca-paper.json',
  'config/bybit-testnet.json',
  'config/scaled-out.json',
]

describe.each(PROFILES)('%s', (path) => {
  it('loads without a warning', () => {
    const loaded = loadConfig({ path, env, readFile: read })
    if (loaded instanceof ConfigError) throw loaded
    expect(loaded.warnings).toEqual([])
    expect(loaded.config.mode).toBe('paper')
  })
  it('is what the schema for editors describes', () => {
    const schema = z.fromJSONSchema(JSON.parse(configJsonSchema()))
    expect(schema.safeParse(JSON.parse(read(path))).error).toBeUndefined()
  })
})

describe('the example', () => {
  const example: Record<string, unknown> = JSON.parse(read('config.example.json'))
  it('names every block', () => {
    const blocks = CONFIG_TREE.kind === 'block' ? [...CONFIG_TREE.keys.keys()] : []
    expect(Object.keys(example).sort()).toEqual(blocks.sort())
  })
  it('needs nothing from the environment', () => {
    expect(loadConfig({ path: 'config.example.json', env: {}, readFile: read }).kind).toBe('loaded')
  })
})

describe('the schema for editors', () => {
  const schema = z.fromJSONSchema(JSON.parse(configJsonSchema()))
  it.each([
    { mode: 'papper' },
    { risk: { max_open_orders: 'many' } },
    { order_management: { poll_interval: 'soon' } },
    { unknown: 1 },
    { accounts: { a: { venue: 'alpaca' } } },
  ])('refuses %j', (file) => expect(schema.safeParse(file).success).toBe(false))
})

describe('the example of an environment', () => {
  it('names only what exists', () => {
    const names = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name)
    const short = ['CONFIG', 'DATA_DIR', 'LOG_DIR', 'HOST', 'PORT', 'LOG_LEVEL', 'API_KEY'].map(
      (name) => `SUREFILL_${name}`,
    )
    expect(names).toEqual([...short, ...Object.keys(env)])
  })
})
