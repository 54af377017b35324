import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { answering, type CliOutcome, runInFolder, scratchFolder } from '../support/cli-process.ts'

const NOBODY = 'http://127.0.0.1:1'
const json = (status: number, body: unknown) => ({ status, body: JSON.stringify(body) })

describe('a command whose daemon does not run', () => {
  it.each([
    [['orders']],
    [['order', 'cli-1']],
    [['why', 'cli-1']],
    [['cancel', 'cli-1']],
    [['cancel-all', '--yes']],
    [['positions']],
    [['pnl']],
    [['resume']],
    [['status']],
    [['tail', '--url', NOBODY]],
    [['submit', '--symbol', 'AAPL', '--side', 'buy', '--quantity', '1', '--json']],
  ])('says so in one line and ends with 4: %j', async (args) => {
    const outcome = await runInFolder(scratchFolder(), args, { env: { SUREFILL_URL: NOBODY } })
    expect(outcome).toMatchObject({ code: 4, stdout: '' })
    expect(outcome.stderr).toMatch(/^surefill: No daemon answers at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\)\. .*\n$/)
  })

  it('finds its address in the configuration of the folder', async () => {
    const folder = scratchFolder()
    writeFileSync(join(folder, 'config.json'), '{"api":{"port":1,"host":"0.0.0.0"}}')
    expect((await runInFolder(folder, ['status'])).stderr).toContain('http://127.0.0.1:1 ')
  })

  it('refuses an address that is none', async () => {
    const outcome = await runInFolder(scratchFolder(), ['status', '--url', 'localhost:4600'])
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('is not an address') })
  })
})

describe('an address where somebody else answers', () => {
  it('is no daemon', async () => {
    const url = await answering((_request, response) => response.end('<html>welcome</html>'))
    const outcome = await runInFolder(scratchFolder(), ['status', '--url', url])
    expect(outcome).toMatchObject({ code: 4, stderr: expect.stringContaining('it is not Surefill') })
  })

  it('does not get the key by pointing elsewhere', async () => {
    const seen: (string | undefined)[] = []
    const elsewhere = await answering((request, response) => {
      seen.push(request.headers.authorization)
      response.end('{}')
    })
    const url = await answering((_request, response) => response.writeHead(307, { location: elsewhere }).end())
    const outcome = await runInFolder(scratchFolder(), ['status', '--url', url], {
      env: { SUREFILL_API_KEY: 'secret-key-0123456789' },
    })
    expect(outcome.code).not.toBe(0)
    expect(seen).toEqual([])
  })

  it('cannot write to the terminal with what it says', async () => {
    const problem = json(409, { code: 'x.y', detail: 'red \u001b[31mtext\u0007 and \u202e more', status: 409 })
    const url = await answering((_request, response) => response.writeHead(problem.status).end(problem.body))
    const { stderr } = await runInFolder(scratchFolder(), ['status', '--url', url])
    expect(stderr).toBe('surefill: x.y: red �[31mtext� and � more\n')
  })
})

describe('a submit whose answer is lost', () => {
  it('tells how the same signal is sent again without trading twice', async () => {
    const url = await answering((request) => request.socket.destroy())
    const args = ['submit', '--symbol', 'AAPL', '--side', 'buy', '--quantity', '1']
    const outcome = await runInFolder(scratchFolder(), args, { env: { SUREFILL_URL: url } })
    const [, id = 'none'] = /^signal {2}(cli-\S+)$/m.exec(outcome.stdout) ?? []
    expect(outcome.code).toBe(4)
    expect(outcome.stderr).toContain(`Send it again with --id ${id}: the same id is executed once at most.`)
  })

  it('in the middle of a file tells how to go on', async () => {
    const bodies: string[] = []
    const url = await answering((request, response) => {
      let body = ''
      request.on('data', (piece) => {
        body += String(piece)
      })
      request.on('end', () => {
        bodies.push(body)
        if (bodies.length === 3) request.socket.destroy()
        else response.writeHead(202).end('{"orders":[],"duplicate":false}')
      })
    })
    const stdin = '{"symbol":"AAPL","quantity":1.10}\n\n{"signal_id":"mine","symbol":"AAPL"}\n{ }\n{"symbol":"MSFT"}\n'
    const outcome = await runInFolder(scratchFolder(), ['submit', '--file', '-', '--id', 'run7'], {
      env: { SUREFILL_URL: url },
      stdin,
    })
    expect(bodies).toEqual([
      '{"signal_id":"run7-1","symbol":"AAPL","quantity":1.10}',
      '{"signal_id":"mine","symbol":"AAPL"}',
      '{"signal_id":"run7-4" }',
    ])
    expect(outcome).toMatchObject({ code: 4, stdout: '2 signals taken\n' })
    expect(outcome.stderr).toMatch(/^surefill: line 4: The connection .* broke/)
    expect(outcome.stderr).toContain('send the same lines again with --id run7')
  })
})

describe('a busy daemon', () => {
  it('gets the same line again a little later', async () => {
    let requests = 0
    const url = await answering((_request, response) => {
      requests += 1
      if (requests === 1) response.writeHead(429).end('{"code":"rate.intake","detail":"busy","status":429}')
      else response.writeHead(202).end('{"orders":[],"duplicate":false}')
    })
    const outcome = await runInFolder(scratchFolder(), ['submit', '--file', '-'], {
      env: { SUREFILL_URL: url },
      stdin: '{"symbol":"A"}\n',
    })
    expect(outcome).toMatchObject({ code: 0, stdout: '1 signal taken\n' })
    expect(requests).toBe(2)
  })
})

describe('the kill switch without a daemon that obeys', () => {
  const haltFile = (folder: string): string => readFileSync(join(folder, 'data', 'HALT'), 'utf8')
  const isHalted = (outcome: CliOutcome): void => {
    expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('HALTED  by the file data/HALT') })
  }

  it('writes the file HALT and says so', async () => {
    const folder = scratchFolder()
    isHalted(await runInFolder(folder, ['halt', '--reason', 'prices look wrong'], { env: { SUREFILL_URL: NOBODY } }))
    expect(haltFile(folder)).toMatch(/^\d{4}-\d\d-\d\dT.* prices look wrong\n$/)
  })

  it('writes it where the data are', async () => {
    const folder = scratchFolder()
    const env = { SUREFILL_URL: NOBODY, SUREFILL_DATA_DIR: 'elsewhere' }
    expect((await runInFolder(folder, ['halt'], { env })).stdout).toContain('elsewhere/HALT')
    expect(existsSync(join(folder, 'elsewhere', 'HALT'))).toBe(true)
  })

  it('works with a configuration that is broken', async () => {
    const folder = scratchFolder()
    writeFileSync(join(folder, 'config.json'), '{"mode": "nonsense"')
    isHalted(await runInFolder(folder, ['halt'], { env: { SUREFILL_URL: NOBODY } }))
  })

  it('writes it when the daemon can store nothing', async () => {
    const url = await answering((_request, response) =>
      response.writeHead(503).end('{"code":"store.unavailable","detail":"disk","status":503}'),
    )
    isHalted(await runInFolder(scratchFolder(), ['halt'], { env: { SUREFILL_URL: url } }))
  })

  it('does not pretend for a daemon on another machine', async () => {
    const folder = scratchFolder()
    const outcome = await runInFolder(folder, ['halt', '--url', 'http://surefill.invalid:4600'])
    expect(outcome.code).toBe(4)
    expect(existsSync(join(folder, 'data'))).toBe(false)
  })

  it('is refused with the wrong key, and writes nothing', async () => {
    const folder = scratchFolder()
    const url = await answering((_request, response) =>
      response.writeHead(401).end('{"code":"auth.invalid","detail":"no","status":401}'),
    )
    const outcome = await runInFolder(folder, ['halt'], { env: { SUREFILL_URL: url } })
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('auth.invalid') })
    expect(existsSync(join(folder, 'data', 'HALT'))).toBe(false)
  })

  it('is remembered by whoever resumes', async () => {
    const folder = scratchFolder()
    mkdirSync(join(folder, 'data'))
    writeFileSync(join(folder, 'data', 'HALT'), '')
    const outcome = await runInFolder(folder, ['resume'], { env: { SUREFILL_URL: NOBODY } })
    expect(outcome).toMatchObject({ code: 4, stderr: expect.stringContaining('data/HALT exists') })
  })
})
