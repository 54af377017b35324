import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { apiKeyAt } from '../../../src/adapters/system/api-key-file.ts'

describe('the generated key', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'surefill-key-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const path = (name = 'api-key'): string => join(folder, 'data', name)

  it('is made once, for its owner alone, and nothing else stays beside it', () => {
    const key = apiKeyAt(path())
    expect(apiKeyAt(path())).toBe(key)
    expect(statSync(path()).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(folder, 'data'))).toEqual(['api-key'])
  })

  it('is made by the next start when an earlier one died while writing it', () => {
    apiKeyAt(path())
    rmSync(path())
    writeFileSync(path('api-key.new'), 'sfk_', { mode: 0o600 })
    const key = apiKeyAt(path())
    expect(key).toMatch(/^sfk_.{32}$/)
    expect(readFileSync(path(), 'utf8').trim()).toBe(key)
  })
})
