import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { PaperOptions } from '../../../src/simulator/hosts/open-venues.ts'
import { type PaperWorker, PaperWorkerGone, startPaperWorker } from '../../../src/simulator/hosts/paper-worker.ts'
import { paperProtocol } from '../faces/paper-protocol.ts'
import { scratchFile } from '../scratch-file.ts'
import { WakeUp } from './wake-up.ts'

async function start(options: PaperOptions): Promise<PaperWorker> {
  const worker = await startPaperWorker(options)
  onTestFinished(() => worker.close())
  return worker
}

paperProtocol('in a thread of its own', async (options) => {
  const worker = await start(options)
  const told = new WakeUp()
  worker.subscribe(told.take)
  return { messages: told.messages, nextMessage: () => told.nextMessage(), exchange: (asked) => worker.exchange(asked) }
})

const submission = (id: string) => ({
  method: 'POST',
  path: '/v1/orders',
  body: JSON.stringify({
    client_order_id: id,
    symbol: 'AAPL',
    side: 'buy',
    type: 'limit',
    time_in_force: 'gtc',
    quantity: '1',
    limit_price: '240',
  }),
})
const lookUp = (id: string) => ({ method: 'GET', path: `/v1/orders/by-client-id/${id}` })

describe('a paper worker that is killed in the middle of a burst', () => {
  it.each([1, 40, 150, 400])(
    'after %i answers: another one knows every order that was answered, once',
    async (answers) => {
      const stateFile = scratchFile()
      const worker = await startPaperWorker({ stateFile })
      const sent: string[] = []
      const answered = new Map<string, number>()
      // Nobody stops by himself, so it is always killed in the middle.
      const send = async (): Promise<never> => {
        for (;;) {
          const id = `burst-${sent.length}`
          sent.push(id)
          const { status } = await worker.exchange(submission(id))
          answered.set(id, status)
          if (answered.size === answers) void worker.kill()
        }
      }
      const ends = await Promise.allSettled(Array.from({ length: 100 }, send))
      expect(ends.every((end) => end.status === 'rejected' && end.reason instanceof PaperWorkerGone)).toBe(true)

      const again = await start({ stateFile })
      const executions = new Set<string>()
      for (const id of sent) {
        const { status, body } = await again.exchange(lookUp(id))
        if (answered.get(id) === 201) expect(status).toBe(200)
        const repeated = await again.exchange(submission(id))
        expect(repeated.status).toBe(status === 200 ? 422 : 201)
        for (const execution of JSON.parse(body).executions ?? []) {
          expect(executions).not.toContain(execution.id)
          executions.add(execution.id)
        }
      }
    },
  )

  it('tells whoever asks or listens that it is gone', async () => {
    const worker = await startPaperWorker({})
    const gone = new Promise<string>((resolve) => worker.onGone(resolve))
    const asked = Array.from({ length: 200 }, () => worker.exchange({ method: 'GET', path: '/v1/clock' }))
    const settled = Promise.allSettled(asked)
    await worker.kill()
    for (const outcome of await settled) {
      // An answer that was on its way when the thread died still counts.
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ name: 'PaperWorkerGone', sent: true, message: 'killed' })
      else expect(outcome.value.status).toBe(200)
    }
    await expect(worker.exchange({ method: 'GET', path: '/v1/clock' })).rejects.toMatchObject({ sent: false })
    expect(await gone).toBe('killed')
  })
})

describe('a paper worker', () => {
  it('whose file is taken does not start, and says why', async () => {
    const stateFile = scratchFile()
    await start({ stateFile })
    await expect(startPaperWorker({ stateFile })).rejects.toThrow('locked')
  })

  it('sends events only of the account that is listened to, until the listener leaves', async () => {
    const worker = await start({ accounts: { one: {}, two: {} } })
    const told = new WakeUp()
    const leave = worker.subscribe(told.take, 'two')
    await worker.exchange({ ...submission('a'), account: 'one' })
    await worker.exchange({ ...submission('b'), account: 'two' })
    while (told.messages.length < 2) await told.nextMessage()
    expect(told.messages.every((text) => JSON.parse(text).order.client_order_id === 'b')).toBe(true)
    leave()
    await worker.exchange({ ...submission('c'), account: 'two' })
    expect(told.messages).toHaveLength(2)
    expect((await worker.exchange({ ...submission('d'), account: 'three' })).status).toBe(404)
  })

  it('lets its process end after close, with orders still open', async () => {
    const address = new URL('../../../src/simulator/hosts/paper-worker.ts', import.meta.url).href
    const program = `
      const { startPaperWorker } = await import(${JSON.stringify(address)})
      const worker = await startPaperWorker({})
      worker.subscribe(() => {})
      const answer = await worker.exchange(${JSON.stringify(submission('open')).replace('240', '200')})
      await worker.close()
      process.stdout.write(String(answer.status))`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let printed = ''
    child.stdout.on('data', (chunk) => {
      printed += chunk
    })
    const [code] = await once(child, 'close')
    expect({ code, printed }).toEqual({ code: 0, printed: '201' })
  })
})
