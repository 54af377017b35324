import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { servePaper } from '../../../src/simulator/hosts/paper-server.ts'
import { scratchFile } from '../scratch-file.ts'

const address = new URL('../../../src/simulator/hosts/paper-server.ts', import.meta.url).href
const programFor = (stateFile: string): string => `
  const { servePaper } = await import(${JSON.stringify(address)})
  const { url } = await servePaper({ stateFile: ${JSON.stringify(stateFile)} })
  process.stdout.write(url + '\\n')`

const order = (id: string): string =>
  JSON.stringify({
    client_order_id: id,
    symbol: 'AAPL',
    side: 'buy',
    type: 'limit',
    time_in_force: 'gtc',
    quantity: '1',
    limit_price: '240',
  })

describe('a venue process that is killed with orders on the wire', () => {
  it.each([5, 60, 200])('after %i answers: every order answered 201 is there when it is back', async (answers) => {
    const stateFile = scratchFile()
    const child = spawn(process.execPath, ['--input-type=module', '-e', programFor(stateFile)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [url] = await once(createInterface(child.stdout), 'line')
    const answered: string[] = []
    const send = async (lane: number): Promise<void> => {
      for (let nth = 0; ; nth += 1) {
        const id = `lane-${lane}-${nth}`
        const { status } = await fetch(`${url}/v1/orders`, { method: 'POST', body: order(id) })
        if (status === 201) answered.push(id)
        if (answered.length === answers) child.kill('SIGKILL')
      }
    }
    const lanes = await Promise.allSettled(Array.from({ length: 8 }, (_, lane) => send(lane)))
    expect(lanes.every(({ status }) => status === 'rejected')).toBe(true)
    expect(answered.length).toBeGreaterThanOrEqual(answers)

    const server = await servePaper({ stateFile })
    onTestFinished(() => server.close())
    for (const id of answered) {
      const found = await fetch(`${server.url}/v1/orders/by-client-id/${id}`)
      expect([id, found.status]).toEqual([id, 200])
      const again = await fetch(`${server.url}/v1/orders`, { method: 'POST', body: order(id) })
      expect(again.status).toBe(422)
      await Promise.all([found.text(), again.text()])
    }
  })
})
