import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { CliHost } from '../../src/cli/cli-host.ts'
import { runCli } from '../../src/cli/run-cli.ts'

interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function run(...args: string[]): Promise<Said> {
  const written = { out: '', err: '' }
  const sink = (to: 'out' | 'err') => {
    const stream = new PassThrough()
    stream.on('data', (piece) => {
      written[to] += String(piece)
    })
    return stream
  }
  const nothing = (): Promise<never> => Promise.reject(new Error('not in this test'))
  const host: CliHost = {
    startDaemon: nothing,
    verifyAudit: nothing,
    servePaper: nothing,
    serveAlpaca: nothing,
    env: {},
    cwd: '/',
    stdin: Readable.from([]),
    stdout: sink('out'),
    stderr: sink('err'),
    logTo: sink('err'),
    isTerminal: false,
    isErrorTerminal: false,
    columns: () => 100,
    rows: () => 24,
    now: () => 0,
    timeZone: 'UTC',
    signals: process,
  }
  const code = await runCli(args, host)
  return { code, ...written }
}

const NAMES =
  'start demo check submit orders order why cancel cancel-all positions pnl sync halt resume status tail audit bench'.split(
    ' ',
  )

describe('help', () => {
  it('lists every command', async () => {
    const { code, out } = await run('--help')
    expect(code).toBe(0)
    expect(out.match(/^ {2}([a-z-]+) .* {2,}\S/gm)?.map((line) => line.trim().split(' ')[0])).toEqual(
      expect.arrayContaining(NAMES),
    )
  })

  it.each([...NAMES.filter((name) => name !== 'audit').map((name) => [name]), ['audit', 'verify']])(
    'shows an example: %s %s',
    async (...name) => {
      const words = name.filter((word) => typeof word === 'string')
      const { code, out } = await run(...words, '--help')
      expect(code).toBe(0)
      expect(out).toContain(`Example:\n  $ surefill ${words.join(' ')}`)
      expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110)
    },
  )
})

describe('a slip', () => {
  it.each([
    [['stats'], /unknown command 'stats'\n\(Did you mean status\?\)/],
    [['orders', '--opne'], /unknown option '--opne'\n\(Did you mean --open\?\)/],
    [['orders', '--limit', '501'], /It takes a whole number from 1 to 500/],
    [['submit', '--symbol', 'AAPL', '--side', 'bye', '--quantity', '1'], /It takes one of buy, sell/],
    [['submit', '--symbol', 'AAPL', '--side', 'buy', '--quantity', '1e3'], /It takes a plain number/],
    [['submit', '--symbol', 'AAPL', '--side', 'buy'], /one of --quantity and --amount/],
    [['submit', '--symbol', 'AAPL', '--side', 'buy', '--quantity', '1', '--metadata', '{'], /--metadata takes JSON/],
    [['order'], /missing required argument 'id'/],
    [['submit', '--file', '/no/such/file', '--dry-run'], /cannot be read/],
  ])('%j ends with 2 and says what was meant', async (args, message) => {
    const { code, out, err } = await run(...args)
    expect(code).toBe(2)
    expect(err).toMatch(message)
    expect(err).toMatch(/^surefill: /)
    expect(out).toBe('')
  })
})

describe('a dry run', () => {
  it('shows the signal digit for digit and sends nothing', async () => {
    const args = [
      '--id',
      'a',
      '--symbol',
      'AAPL',
      '--side',
      'BUY',
      '--quantity',
      '0.10',
      '--limit',
      '230.50',
      '--reduce-only',
      '--metadata',
      '{"n":1}',
    ]
    const { code, out } = await run('submit', '--dry-run', ...args)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      signal_id: 'a',
      symbol: 'AAPL',
      side: 'buy',
      quantity: '0.10',
      limit_price: '230.50',
      reduce_only: true,
      metadata: { n: 1 },
    })
  })
})
