import { once } from 'node:events'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { daemonInFolder, outcome, runInFolder, said, scratchFolder, startCli } from '../support/cli-process.ts'

const BUY = ['submit', '--symbol', 'AAPL', '--side', 'buy', '--quantity', '1']

describe('a daemon on play money, from the command line', () => {
  it('starts, trades, tells and stops', async () => {
    const daemon = await daemonInFolder()
    const { run } = daemon

    const bought = await run([...BUY, '--wait', '20', '--id', 'first-1'])
    expect(bought.stdout).toMatch(/^signal {2}first-1\norder {3}\S+\nfilled: buy 1 AAPL at \S+ limit, filled 1 at /)
    expect(bought.code).toBe(0)

    const again = await run([...BUY, '--id', 'first-1'])
    expect(again.stdout).toContain('came before: nothing new was sent')

    const listed = await run(['orders', '--json'])
    const [order] = JSON.parse(listed.stdout).items
    expect(order).toMatchObject({ symbol: 'AAPL', status: 'filled', signal_id: 'first-1' })
    expect(await run(['orders', '--json']).then(({ stdout }) => stdout)).toBe(listed.stdout)

    const table = (await run(['orders'])).stdout
    expect(table).toMatch(/^CREATED {2,}SYMBOL {2,}SIDE/)
    expect(table).toMatch(/times in Europe\/Berlin, GMT\+[12]\n$/)

    const story = (await run(['order', order.id.slice(-12)])).stdout
    expect(story).toMatch(/^buy 1 AAPL at \S+ limit {2}filled\n/)
    expect(story.match(/[○●] \w+/g)).toEqual(['○ created', '○ submitting', '○ submitted', '○ accepted', '● filled'])

    expect((await run(['why', 'first-1'])).stdout).toMatch(
      /reference \S+ from the venue's quote[\s\S]*max order notional[\s\S]*ok/,
    )
    expect((await run(['positions'])).stdout).toMatch(/AAPL +1 /)
    expect((await run(['pnl', '--group', 'symbol'])).stdout).toMatch(/^SYMBOL[\s\S]*AAPL/)
    expect((await run(['status'])).stdout).toContain('PAPER - play money')

    const verified = await run(['audit', 'verify'])
    expect(verified).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('verified: every line is as it was written'),
    })

    copyFileSync(join(daemon.folder, 'logs', 'orders.jsonl'), join(daemon.folder, 'a-copy.jsonl'))
    expect((await run(['audit', 'verify', 'a-copy.jsonl'])).stdout).toMatch(/^verified[\s\S]*files +a-copy\.jsonl/)
    const text = readFileSync(join(daemon.folder, 'a-copy.jsonl'), 'utf8')
    writeFileSync(join(daemon.folder, 'a-copy.jsonl'), text.replace('"quantity":"1"', '"quantity":"2"'))
    const line = text.split('\n').findIndex((each) => each.includes('"quantity":"1"')) + 1
    const changed = await run(['audit', 'verify', 'a-copy.jsonl'])
    expect(changed).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`NOT VERIFIED  a-copy.jsonl line ${line}`),
    })
    expect((await run(['audit', 'verify', 'no-such.jsonl'])).code).toBe(1)

    daemon.process.kill('SIGTERM')
    await once(daemon.process, 'exit')
    expect(daemon.process.exitCode).toBe(0)
  })

  it('says no with the code, the figures and what to do', async () => {
    const { run } = await daemonInFolder()
    const denied = await run(['submit', '--symbol', 'AAPL', '--side', 'buy', '--quantity', '1000'])
    expect(denied.code).toBe(1)
    expect(denied.stderr).toMatch(
      /risk\.order_notional: .*\n {2}measured \d+.*, allowed 25000\n {2}order \S+\nWhat to do: /,
    )

    const malformed = await run(['submit', '--symbol', 'no such', '--side', 'buy', '--quantity', '1'])
    expect(malformed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/signal\.invalid: .*\n {2}symbol must be/),
    })

    const wrongKey = await run(['status'], { env: { SUREFILL_API_KEY: 'some-other-key-01234' } })
    expect(wrongKey).toMatchObject({ code: 1, stderr: expect.stringMatching(/auth\.invalid/) })

    expect(await run(['cancel', 'nothing-like-it'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No order has'),
    })
  })

  it('is halted and resumed', async () => {
    const { run } = await daemonInFolder()
    expect((await run(['halt', '--reason', 'prices look wrong'])).stdout).toMatch(
      /HALTED {2}since \S+: prices look wrong/,
    )
    expect((await run(BUY)).stderr).toMatch(/^surefill: halted: /)
    expect((await run(['status'])).stdout).toContain('prices look wrong')
    expect((await run(['resume'])).stdout).toMatch(/^trading again; it was halted since/)
    expect((await run([...BUY, '--wait', '20'])).code).toBe(0)
  })

  it('cancels what rests', async () => {
    const { run } = await daemonInFolder()
    await run([...BUY, '--limit', '220', '--id', 'resting'])
    const open = await run(['orders', '--open'])
    expect(open.stdout).toMatch(/AAPL +buy +1 +220/)
    expect((await run(['cancel-all', '--symbol', 'MSFT'])).stdout).toContain('nothing to cancel')
    expect((await run(['cancel', 'resting'])).stdout).toMatch(/buy 1 AAPL at 220 limit/)
  })

  it('takes a file of signals and sums up', async () => {
    const { run, folder } = await daemonInFolder()
    const lines = [
      '{"symbol":"AAPL","side":"buy","quantity":1}',
      'nonsense',
      '{"symbol":"NOPE","side":"buy","quantity":1}',
    ]
    writeFileSync(join(folder, 'signals.jsonl'), `${lines.join('\n')}\n`)
    const sent = await run(['submit', '--file', 'signals.jsonl', '--id', 'run1'])
    expect(sent).toMatchObject({ code: 1, stdout: '1 signal taken, 1 refused (symbol.unknown 1), 1 line no signal\n' })
    expect(sent.stderr).toMatch(/^line 2: not one JSON object\nline 3: symbol\.unknown: /)
    const again = await run(['submit', '--file', 'signals.jsonl', '--id', 'run1', '--json'])
    expect(JSON.parse(again.stdout.split('\n')[0] ?? '')).toMatchObject({
      line: 1,
      status: 200,
      answer: { duplicate: true },
    })
  })

  it('is followed from elsewhere, and in its log', async () => {
    const { run, url, folder } = await daemonInFolder()
    const key = readFileSync(join(folder, 'data', 'api-key'), 'utf8').trim()
    const remote = startCli(scratchFolder(), ['tail', '--url', url], { env: { SUREFILL_API_KEY: key } })
    const local = startCli(folder, ['tail', '-n', '5'], {})
    await said(local.stdout, /session\.started/)
    const seen = [said(remote.stdout, /filled +AAPL +1 at /), said(local.stdout, /filled +AAPL +1 at /)]
    await run([...BUY, '--wait', '20'])
    await Promise.all(seen)
    const ends = [outcome(remote), outcome(local)]
    remote.kill('SIGINT')
    local.kill('SIGINT')
    expect((await Promise.all(ends)).map(({ code }) => code)).toEqual([0, 0])
  })

  it('keeps a second one from its store', async () => {
    const { folder } = await daemonInFolder()
    const second = await runInFolder(folder, ['start'], { env: { SUREFILL_PORT: '0' } })
    expect(second).toMatchObject({ code: 3, stderr: expect.stringContaining('another instance') })
  })
})

describe('the demo', () => {
  it('trades on play money and ends with a verified log', async () => {
    const folder = scratchFolder()
    const ended = await runInFolder(folder, ['demo', '--orders', '3', '--keep', 'here'], {
      env: { SUREFILL_CONFIG: 'absent.json' },
    })
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.stdout).toMatch(/sent +3 signals in /)
    expect(ended.stdout).toContain(`audit log  ${join(folder, 'here', 'logs', 'orders.jsonl')}`)
    expect(ended.stdout).toMatch(/chain +verified, \d+ lines/)
  })
})
