import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runInFolder, scratchFolder } from '../support/cli-process.ts'

function folderWith(config: unknown): string {
  const folder = scratchFolder()
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  return folder
}

describe('check', () => {
  it('names the source of every value and hides secrets', async () => {
    const folder = folderWith({
      risk: { max_order_notional: '5000' },
      api: { keys: [{ name: 'desk', key: `\${DESK_KEY}` }] },
    })
    const env = { DESK_KEY: 'a-very-secret-key-0123', SUREFILL_PORT: '4701' }
    const { code, stdout } = await runInFolder(folder, ['check', '--changed'], { env })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^risk\.max_order_notional +5000 +file$/m)
    expect(stdout).toMatch(/^api\.port +4701 +SUREFILL_PORT$/m)
    expect(stdout).toMatch(/^api\.keys\[0\]\.key +•••/m)
    expect(stdout).not.toContain('a-very-secret')
    expect(stdout).toMatch(/ok config\.json: no problems, mode paper\n$/)
  })

  it('tells every problem at once and ends with 2', async () => {
    const folder = folderWith({ mode: 'papr', api: { prot: 1 } })
    const { code, stdout, stderr } = await runInFolder(folder, ['check'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^refused: config\.json has 2 problems:\n {2}mode\n {6}expected .*\n {6}found /)
    expect(stderr).toContain('api.prot')
  })

  it('gives programs the same', async () => {
    const { stdout } = await runInFolder(scratchFolder(), ['check', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      warnings: [],
      values: expect.arrayContaining([{ path: 'mode', value: 'paper', source: 'default' }]),
    })
  })
})

it('start refuses the same configuration with the same words', async () => {
  const outcome = await runInFolder(folderWith({ mode: 'papr' }), ['start'])
  expect(outcome).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('config.json has one problem:\n  mode'),
  })
})
