import { subscribe } from 'node:diagnostics_channel'
import { IncomingMessage } from 'node:http'
import process from 'node:process'
import { servePaper } from '../../src/simulator/hosts/paper-server.ts'

/**
 * The paper venue as a process of its own. On standard output: its address, then one line for every request, with the
 * time at which it came.
 */
const [port = '0', stateFile = '', options = '{}'] = process.argv.slice(2)

subscribe('http.server.request.start', (message) => {
  if (typeof message !== 'object' || message === null || !('request' in message)) return
  const { request } = message
  if (!(request instanceof IncomingMessage)) return
  process.stdout.write(`${JSON.stringify({ at: Date.now(), method: request.method, path: request.url })}\n`)
})
const server = await servePaper({ port: Number(port), stateFile, accounts: { paper: JSON.parse(options) } })
process.stdout.write(`${JSON.stringify({ listening: server.url })}\n`)
process.once('SIGTERM', () => void server.close())
