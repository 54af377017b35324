import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { DaemonProcess } from '../support/daemon-process.ts'
import { canary, findCanaries } from './canaries.ts'

vi.setConfig({ testTimeout: 30_000 })

/** Every place of a paper daemon in which a secret can stand. */
const NAMES = [
  'ADMIN_KEY',
  'READ_KEY',
  'HMAC_KEY',
  'BOT_TOKEN',
  'CHAT_ID',
  'MAIL_PASSWORD',
  'HOOK_PATH',
  'HOOK_SECRET',
  'SINK_PATH',
  'SINK_SECRET',
  'QUEUE_PASSWORD',
  'INTAKE_PASSWORD',
] as const
const ENV = Object.fromEntries(NAMES.map((name) => [name, canary(name)]))
const FROM_FILE = canary('a key in a file')
const FROM_ENVIRONMENT = canary('SUREFILL_API_KEY')
const PAPER_SECRETS = [...Object.values(ENV), FROM_FILE, FROM_ENVIRONMENT]

const by = (name: (typeof NAMES)[number]): string => `\${${name}}`
const QUEUES = {
  sinks: { rabbitmq: { enabled: false, url: `amqp://me:${by('QUEUE_PASSWORD')}@127.0.0.1:1` } },
  intake: { rabbitmq: { enabled: false, url: `amqp://me:${by('INTAKE_PASSWORD')}@127.0.0.1:1` } },
}
const running = (keyFile: string) => ({
  logging: { level: 'debug' },
  api: {
    keys: [
      { name: 'admin', key: by('ADMIN_KEY'), role: 'admin' },
      { name: 'reader', key: by('READ_KEY'), role: 'read' },
      { name: 'filed', key: `\${file:${keyFile}}`, role: 'trade' },
    ],
  },
  ...QUEUES,
})
/** With everything that a configuration may hold already, although this version does not do it. */
const AHEAD_OF_ITS_TIME = {
  logging: { level: 'debug' },
  audit: { hmac_key: by('HMAC_KEY') },
  notifications: {
    telegram: { bot_token: by('BOT_TOKEN'), chat_id: by('CHAT_ID') },
    email: { url: `smtp://me:${by('MAIL_PASSWORD')}@127.0.0.1:1`, from: 'a@example.org', to: ['b@example.org'] },
    webhooks: [{ name: 'chat', url: `http://127.0.0.1:1/${by('HOOK_PATH')}`, secret: by('HOOK_SECRET') }],
  },
  sinks: {
    ...QUEUES.sinks,
    webhooks: [{ name: 'events', url: `http://127.0.0.1:1/${by('SINK_PATH')}`, secret: by('SINK_SECRET') }],
  },
}

/** Every account of every venue, each credential a canary. */
const CREDENTIALS = {
  alpaca: ['key_id', 'secret_key'],
  bybit: ['api_key', 'api_secret'],
  robinhood: ['api_key', 'private_key'],
  'kotak-neo': ['consumer_key', 'mobile', 'ucc', 'mpin', 'totp_secret'],
  kis: ['app_key', 'app_secret', 'account_number'],
} as const

describe('a secret', () => {
  it.each([
    ['as it is', (secret: string) => `{"key":"${secret}"}`],
    ['a piece of it', (secret: string) => secret.slice(11, 19)],
    ['backwards', (secret: string) => [...secret].reverse().join('')],
    ['in base64, with something before it', (secret: string) => Buffer.from(`admin:${secret}`).toString('base64')],
    ['in base64 for addresses', (secret: string) => Buffer.from(`x${secret}y`).toString('base64url')],
    ['in hexadecimal', (secret: string) => Buffer.from(secret).toString('hex')],
  ])('would be found %s', (_, written) => {
    const secret = canary('found')
    expect(findCanaries(`before ${written(secret)} after`, [secret, canary('other')])).toHaveLength(1)
  })

  it('given to a running daemon is in none of its answers, logs, files, pages, metrics or arguments', async () => {
    await using daemon = DaemonProcess.prepared({ env: { ...ENV, SUREFILL_API_KEY: FROM_ENVIRONMENT } })
    const keyFile = daemon.path('key.txt')
    writeFileSync(keyFile, FROM_FILE)
    daemon.configure(running(keyFile))
    await daemon.start(ENV.ADMIN_KEY)
    const seen = await exercised(daemon)
    seen.push(readFileSync(`/proc/${daemon.pid}/cmdline`, 'utf8'))
    await daemon.client.post('/v1/halt', { reason: 'canaries' })
    expect(await daemon.stop()).toMatchObject({ code: 0 })

    expect(seen.join('\n').length).toBeGreaterThan(100_000)
    expect(daemon.stderr).toMatch(/"level":20/)
    seen.push(daemon.stdout, daemon.stderr, ...filesUnder(daemon.path('logs')), ...filesUnder(daemon.path('data')))
    expect(findCanaries(seen.join('\n'), PAPER_SECRETS)).toEqual([])
  })

  it('of an account at any venue is in no message, whether the start fails or the file is checked', async () => {
    const credentials = Object.entries(CREDENTIALS).flatMap(([venue, names]) =>
      names.map((name) => ({ venue, name, variable: `${venue}_${name}`.toUpperCase().replaceAll('-', '_') })),
    )
    const secrets = Object.fromEntries(credentials.map(({ variable }) => [variable, canary(variable)]))
    const accounts = Object.fromEntries(
      Object.entries(Object.groupBy(credentials, ({ venue }) => venue)).map(([venue, all = []]) => {
        const keys = all.map(({ name, variable }) => [name, `\${${variable}}`])
        return [venue, { venue, base_url: 'http://127.0.0.1:1', ...Object.fromEntries(keys) }]
      }),
    )
    const config = { logging: { level: 'debug' }, accounts, routing: { default: 'kis' } }
    await using daemon = DaemonProcess.prepared({ env: secrets, config })
    expect(await daemon.launch()).toMatchObject({ code: 2 })
    expect(await daemon.launch(['check', '--config', 'config.json'])).toMatchObject({ signal: null })
    for (const venue of Object.keys(CREDENTIALS)) expect(daemon.stdout).toContain(venue)
    expect(findCanaries(daemon.stdout + daemon.stderr, Object.values(secrets))).toEqual([])
  })

  it('of a part that this version does not have is in no message either', async () => {
    await using daemon = DaemonProcess.prepared({ env: ENV, config: AHEAD_OF_ITS_TIME })
    expect(await daemon.launch()).toMatchObject({ code: 2 })
    expect(await daemon.launch(['check', '--config', 'config.json'])).toMatchObject({ signal: null })
    expect(daemon.stdout.length).toBeGreaterThan(1_000)
    expect(findCanaries(daemon.stdout + daemon.stderr, PAPER_SECRETS)).toEqual([])
  })

  it('in a configuration that is refused is not in the refusal, wherever it was put by mistake', async () => {
    const name = 'ADMIN_KEY'
    const reference = by(name)
    const mistakes = [
      { api: { port: reference } },
      { api: { host: `${reference} ${reference}` } },
      { mode: reference },
      { risk: { max_order_notional: reference } },
      { acounts: { main: { secret_key: reference } } },
      { accounts: { main: { venue: reference } } },
      { accounts: { main: { venue: 'alpaca', key_id: reference, secret_key: '' } } },
      { accounts: { main: { venue: 'paper', base_url: `http://u:${reference}@h` } } },
      { storage: { url: `postgres://u:${reference}@127.0.0.1:1/x` } },
      { storage: { url: `mysql://u:${reference}@127.0.0.1:1/x` } },
      { mode: 'live', accounts: { main: { venue: 'alpaca', key_id: canary(name), secret_key: canary(name) } } },
      { api: { keys: [{ name: 'x', key: canary(name).slice(0, 15) }] } },
    ]
    const refused = mistakes.map(async (wrong) => {
      await using daemon = DaemonProcess.prepared({ env: ENV, config: wrong })
      const what = JSON.stringify(wrong)
      expect(await daemon.launch(), what).toMatchObject({ code: 2 })
      expect(daemon.stderr.length, what).toBeGreaterThan(50)
      expect(findCanaries(daemon.stdout + daemon.stderr, [canary(name)]), what).toEqual([])
    })
    await Promise.all(refused)
  })
})

/** Every call that reads, every kind of refusal, and the key in places where it does not belong. */
async function exercised(daemon: DaemonProcess): Promise<string[]> {
  const { client } = daemon
  const key = ENV.ADMIN_KEY ?? ''
  const taken = await client.send({ signal_id: 's', symbol: 'AAPL', side: 'buy', quantity: '1' }, '?wait=10')
  const description = await client.get('/openapi.json')
  const paths = Object.entries(description.body.paths ?? {}).flatMap(([path, calls]) =>
    'get' in Object(calls) && path !== '/v1/events' ? [path.replace('{id}', taken.body.order.id)] : [],
  )
  expect(paths.length).toBeGreaterThan(10)
  const post = (headers: Record<string, string>, body = '{}', path = '/v1/signals') =>
    client.raw({ method: 'POST', path, headers: { 'content-type': 'application/json', ...headers }, body })
  const answers = await Promise.all([
    ...paths.map((path) => client.get(path)),
    ...paths.map((path) => client.raw({ method: 'GET', path })),
    client.send({ signal_id: 's', symbol: 'AAPL', side: 'buy', quantity: '1' }),
    client.send({ signal_id: 'denied', symbol: 'AAPL', side: 'buy', quantity: '100000' }),
    client.send({ signal_id: 'malformed' }),
    client.post('/v1/session', { key }),
    client.get('/nowhere'),
    client.get(`/v1/orders/${key}`),
    client.raw({ method: 'GET', path: `/v1/status?api_key=${key}` }),
    post({ authorization: `Bearer ${key}x` }),
    post({ authorization: `Basic ${Buffer.from(`admin:${key}`).toString('base64')}` }),
    post({ authorization: `Bearer ${key}`, 'x-api-key': key }),
    post({ authorization: `Bearer ${ENV.READ_KEY}` }),
    post({ authorization: `Bearer ${key}` }, '{"'),
    post({ authorization: `Bearer ${key}`, 'content-type': 'text/plain' }),
    post({ authorization: `Bearer ${key}`, 'x-trace-id': 'not a trace id' }, '[]'),
  ])
  return answers.map(({ text, headers }) => `${JSON.stringify(headers)}\n${text}`)
}

const filesUnder = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1').replaceAll('\0', ''))
