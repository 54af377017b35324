import { describe, expect, it } from 'vitest'
import { displayWidth } from '../../../src/cli/text/display-width.ts'
import { type StartFacts, startScreen } from '../../../src/cli/views/start-screen.ts'

const facts = (more: Partial<StartFacts> = {}): StartFacts => ({
  version: '0.1.0',
  mode: 'paper',
  accounts: [{ name: 'paper', venue: 'paper', environment: 'paper', currency: 'USD' }],
  url: 'http://127.0.0.1:4600',
  key: 'data/api-key',
  auditLog: 'logs/orders.jsonl',
  store: 'data/surefill.db',
  config: 'none, so every default',
  program: 'npx surefill',
  columns: 80,
  paint: (_style, text) => text,
  ...more,
})

describe('the first screen', () => {
  it.each([40, 80, 120, 300])('fits a screen of %i columns', (columns) => {
    const lines = startScreen(facts({ columns })).split('\n')
    expect(lines.length).toBeLessThanOrEqual(24)
    if (columns >= 80) for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns)
  })

  it('says everything one has to know', () => {
    const screen = startScreen(facts())
    for (const part of [
      'PAPER - play money',
      'paper (paper, USD)',
      'http://127.0.0.1:4600\n',
      'http://127.0.0.1:4600/\n',
      'data/api-key',
      'logs/orders.jsonl',
      'data/surefill.db',
      'npx surefill submit --symbol AAPL --side buy --quantity 1 --wait 10',
    ])
      expect(screen).toContain(part)
  })

  it('leaves no doubt about real money, and offers no order to try with it', () => {
    const painted: string[] = []
    const screen = startScreen(
      facts({
        mode: 'live',
        accounts: [{ name: 'main', venue: 'alpaca', environment: 'live', currency: 'USD' }],
        paint: (style, text) => {
          if (style === 'alarm') painted.push(text)
          return text
        },
      }),
    )
    expect(screen).toContain('main (alpaca live, USD)')
    expect(painted.join()).toContain('LIVE - REAL MONEY')
    expect(screen).not.toContain('submit')
  })

  it('says when nothing is sent', () => {
    expect(startScreen(facts({ mode: 'dry_run' }))).toContain('DRY RUN')
    expect(startScreen(facts({ halted: { reason: 'prices look wrong', since: '14:31:00' } }))).toContain(
      'HALTED  nothing is sent since 14:31:00: prices look wrong',
    )
  })
})
