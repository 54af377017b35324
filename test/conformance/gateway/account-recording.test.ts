import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startAlpacaSimulator } from '../../../src/simulator/hosts/alpaca-server.ts'
import { DECK, fullName } from './deck.ts'
import { judge } from './run-card.ts'
import { alpacaAccount, KEY_ID, paperAccountFrom, SECRET_KEY } from './venues/alpaca-account.ts'
import { Sanitiser } from './venues/recorder.ts'

const KEYS = { [KEY_ID]: 'PKEXAMPLE', [SECRET_KEY]: 'a-secret-of-the-test' }

describe('a run at an account of one’s own', () => {
  it('speaks to the paper host alone', () => {
    const { addresses } = paperAccountFrom(KEYS)
    expect([addresses.trading, addresses.stream]).toEqual([
      'https://paper-api.alpaca.markets',
      'wss://paper-api.alpaca.markets/stream',
    ])
  })
  it.each([
    ['without keys', {}, undefined, /set SUREFILL_CONFORM_KEY_ID/],
    ['with keys under another name', { APCA_API_KEY_ID: 'PK1', APCA_API_SECRET_KEY: 's' }, undefined, /no other name/],
    ['with a key to real money', { ...KEYS, [KEY_ID]: 'AKEXAMPLE' }, undefined, /real money is refused/],
    ['with the host of real money', KEYS, 'https://api.alpaca.markets', /not on this machine/],
    ['with a stand-in elsewhere', KEYS, 'http://example.org', /not on this machine/],
    ['with an address that is none', KEYS, 'nowhere', /not on this machine/],
  ])('is refused %s', (_what, env, standIn, why) => {
    expect(() => paperAccountFrom(env, standIn)).toThrow(why)
  })
  it('passes at a stand-in, leaves nothing open, and records nothing that names anybody', async () => {
    const simulator = await startAlpacaSimulator({
      key_id: KEYS[KEY_ID] ?? '',
      secret_key: KEYS[SECRET_KEY] ?? '',
      switches: { rate_limit: 100_000 },
    })
    onTestFinished(() => simulator.close())
    const folder = mkdtempSync(join(tmpdir(), 'surefill-recorded-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const venue = alpacaAccount(paperAccountFrom(KEYS, simulator.url), folder)
    const cards = DECK.filter((card) => TRIED.includes(fullName(card)))
    expect(await Promise.all(cards.map((card) => judge(card, venue)))).toMatchObject(
      TRIED.map(() => ({ kind: 'passed' })),
    )

    expect(simulator.venue().parts.store.open.filter(({ status }) => status !== 'pending_cancel')).toEqual([])
    const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
    expect(files).toHaveLength(TRIED.length)
    const realIds = simulator.venue().parts.store.all.map(({ id }) => id)
    const telling = [...Object.values(KEYS), simulator.venue().parts.accountId, ...realIds]
    for (const text of telling) expect(files.join('')).not.toContain(text)
  })
})

const TRIED = [
  'cancels: of a working order ends it',
  'refusals: of a symbol that is not listed',
  'market, hours and account: the account tells its money, exactly',
]

describe('what is recorded', () => {
  it('keeps together what belongs together', () => {
    const sanitiser = new Sanitiser(['s3cret'], 'sf-k1')
    const [one, two] = ['61e69015-8549-4bfd-b9c3-01e75843f47d', '904837e3-3b76-47ec-b432-046db621571b']
    expect(sanitiser.clean(`${one} ${two} ${one} sf-k1-7 sf-k1-8 sf-k1-7 s3cret "account_number": "PA123"`)).toBe(
      '00000000-0000-4000-8000-000000000001 00000000-0000-4000-8000-000000000002 00000000-0000-4000-8000-000000000001 ' +
        'sf-recorded-1 sf-recorded-2 sf-recorded-1 hidden "account_number": "hidden"',
    )
  })
})
