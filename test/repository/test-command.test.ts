import { describe, expect, it } from 'vitest'
import { ScratchProject } from '../support/scratch-project.ts'

const MIXED = `
import { describe, expect, it } from 'vitest'
it('passes', () => {})
it('passes too', () => {})
it('fails', () => expect(1).toBe(2))
`
const LACKING = `
import { describe, it } from 'vitest'
import { needs } from './support/needs.ts'
it('passes', () => {})
needs('chromium')('the page', () => {
  it('opens', () => {})
  describe('a chart', () => { it('is drawn', () => {}) })
})
`
const UNLOADABLE = "throw new Error('at the top')\n"
const LEAKY = `
import { it } from 'vitest'
it('passes', () => void Promise.reject(new Error('nobody waits for this')))
`

const project = (tests: Record<string, string>): ScratchProject => {
  const scratch = new ScratchProject().linkModules().copy('tools', 'test/support', 'vitest.config.ts', 'package.json')
  for (const [name, text] of Object.entries(tests)) scratch.write(`test/${name}.test.ts`, text)
  return scratch
}
/** No program is installed in an empty folder. */
const NOTHING_INSTALLED = { PATH: '/nonexistent', CI: '' }

async function testCommand(tests: Record<string, string>, env: NodeJS.ProcessEnv = { CI: '' }) {
  const scratch = project(tests)
  const { code, stdout } = await scratch.run(['tools/test.ts', 'test'], env)
  const lines = stdout.trimEnd().split('\n')
  return { code, last: lines.at(-1), lines }
}

describe('npm test', () => {
  it('closes with the counts', async () => {
    expect(await testCommand({ mixed: MIXED })).toMatchObject({ code: 1, last: '2 passed, 1 failed, 0 skipped' })
  })
  it('names what this machine cannot run, with the reason, and passes', async () => {
    const { code, last, lines } = await testCommand({ lacking: LACKING }, NOTHING_INSTALLED)
    expect({ code, last }).toEqual({ code: 0, last: '1 passed, 0 failed, 2 skipped' })
    expect(lines).toContain('skipped: test/lacking.test.ts > the page > opens (chromium not installed)')
    expect(lines).toContain('skipped: test/lacking.test.ts > the page > a chart > is drawn (chromium not installed)')
  })
  it('fails on the same under CI', async () => {
    const { code, last } = await testCommand({ lacking: LACKING }, { ...NOTHING_INSTALLED, CI: 'true' })
    expect({ code, last }).toEqual({ code: 1, last: '1 passed, 0 failed, 2 skipped' })
  })
  it('counts a file that cannot be loaded as a failure', async () => {
    const { code, last } = await testCommand({ mixed: MIXED, broken: UNLOADABLE, broken_too: UNLOADABLE })
    expect({ code, last }).toEqual({ code: 1, last: '2 passed, 3 failed, 0 skipped' })
  })
  it('counts an error that no test waited for as a failure', async () => {
    expect(await testCommand({ mixed: MIXED, leaky: LEAKY })).toMatchObject({
      code: 1,
      last: '3 passed, 2 failed, 0 skipped',
    })
  })
  it('counts finding no test at all as a failure', async () => {
    expect(await testCommand({})).toMatchObject({ code: 1, last: '0 passed, 1 failed, 0 skipped' })
  })
})
