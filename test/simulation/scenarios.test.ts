import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runScenario } from './run-scenario.ts'
import type { Scenario } from './scenario.ts'

const FOLDER = new URL('./scenarios/', import.meta.url)
const scripts = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.json')) : []

describe('a history that once broke a promise', () => {
  it('is kept as a script with everything it needs', () => {
    for (const name of scripts) expect(name).toMatch(/^i-\d+-[a-z]+-\d+\.json$/)
  })
  it.each(scripts)(
    'breaks none any more: %s',
    async (name) => {
      const scenario = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Scenario
      expect((await runScenario(scenario, { isHashed: false })).violations).toEqual([])
    },
    60_000,
  )
})
