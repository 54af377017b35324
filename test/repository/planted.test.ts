import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MOST_LINES, readPatch } from '../../tools/planted/read-patch.ts'

const FOLDER = 'test/planted'
const FEWEST = 20
const bugs = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.patch'))
  .map((file) => readPatch(`${FOLDER}/${file}`, readFileSync(`${FOLDER}/${file}`, 'utf8')))

describe('a planted bug', () => {
  it.each(bugs)('fits the source as it is: $name', ({ path }) => {
    const { status, stderr } = spawnSync('git', ['apply', '--check', path], { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  it.each(bugs)('is as short as a mistake: $name', ({ changedLines }) => {
    expect(changedLines).toBeGreaterThan(0)
    expect(changedLines).toBeLessThanOrEqual(MOST_LINES)
  })

  it.each(bugs)('is in the product and not in its tests: $name', ({ path }) => {
    const touched = readFileSync(path, 'utf8').matchAll(/^diff --git a\/(\S+)/gm)
    for (const [, file] of touched) expect(file).toMatch(/^src\//)
  })

  it.each(bugs)('names an instrument of ours and what it has to say: $name', ({ command: [program], expect: said }) => {
    expect(program).toMatch(/^(test\/simulation\/simulate|test\/kill\/kill|test\/kill\/killpoints)\.ts$|vitest\.mjs$/)
    expect(said).not.toBe('')
  })

  it('is one of enough', () => {
    expect(bugs.length).toBeGreaterThanOrEqual(FEWEST)
  })
})
