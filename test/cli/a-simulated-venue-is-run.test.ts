import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runInFolder, said, scratchFolder, startCli } from '../support/cli-process.ts'

const ANY_PORTS = ['--port', '0', '--control-port', '0']

describe('surefill simulate alpaca', () => {
  it('says where it listens and with which keys, serves, and ends when asked', async () => {
    const child = startCli(scratchFolder(), ['simulate', 'alpaca', ...ANY_PORTS])
    const [, url = '', key = '', secret = '', control = ''] = await said(
      child.stdout,
      /BASE_URL=(\S+)[\s\S]*KEY_ID=(\S+)[\s\S]*SECRET_KEY=(\S+)[\s\S]*in control at (\S+)/,
    )
    const headers = { 'APCA-API-KEY-ID': key, 'APCA-API-SECRET-KEY': secret }
    expect((await fetch(`${url}/v2/account`, { headers })).status).toBe(200)
    expect((await fetch(`${control}/journal`)).status).toBe(200)
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
  })

  it('reads what is to go wrong from a file, and the time its clock starts at', async () => {
    const folder = scratchFolder()
    writeFileSync(join(folder, 'script.json'), '[{"do": "unavailable", "when": {"path": "/v2/account"}}]')
    const more = ['--script', 'script.json', '--at', '2026-03-11T14:30:00Z', '--hours', 'exchange', '--fills', 'manual']
    const child = startCli(folder, ['simulate', 'alpaca', ...ANY_PORTS, ...more])
    const [, url = '', key = '', secret = ''] = await said(
      child.stdout,
      /BASE_URL=(\S+)[\s\S]*KEY_ID=(\S+)[\s\S]*SECRET_KEY=(\S+)/,
    )
    const headers = { 'APCA-API-KEY-ID': key, 'APCA-API-SECRET-KEY': secret }
    expect((await fetch(`${url}/v2/account`, { headers })).status).toBe(503)
    const clock = await (await fetch(`${url}/v2/clock`, { headers })).text()
    expect(clock).toMatch(/"timestamp":"2026-03-11T10:30/)
    child.kill('SIGINT')
    expect((await once(child, 'exit'))[0]).toBe(0)
  })

  it.each([
    [['--faults', 'nonsense'], /no misbehaviour is called nonsense; there are answer-lost/],
    [['--script', 'absent.json'], /There is no file absent\.json/],
    [['--speed', '0'], /It takes a number above 0/],
    [['--at', 'noon'], /--at takes a time such as/],
  ])('refuses %j with a reason', async (options, reason) => {
    const { code, stderr } = await runInFolder(scratchFolder(), ['simulate', 'alpaca', ...ANY_PORTS, ...options])
    expect([code, stderr]).toEqual([2, expect.stringMatching(reason)])
  })
})
