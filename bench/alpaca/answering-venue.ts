/**
 * The least server that answers an order as Alpaca does: HTTP/1.1 over a kept connection, one fixed answer with the
 * client's own id in it. It costs a few microseconds, so that what is measured is the client. It reads requests whose head
 * and body come with a `content-length`, one after the other, which is how every client of these rows sends them.
 */
import { createServer, type Socket } from 'node:net'
import { parseArgs } from 'node:util'
import { orderRow } from './order-row.ts'

const { values: args } = parseArgs({ options: { port: { type: 'string', default: '0' } } })

const AT = '2026-03-11T14:30:05.101234567Z'
const MARK = '$CLIENT_ORDER_ID'
const [before = '', after = ''] = JSON.stringify(
  orderRow(
    {
      id: '9e3779b1-9e37-4007-a00d-0000000f4290',
      client_order_id: MARK,
      symbol: 'AAPL',
      qty: '10',
      limit_price: '150.25',
    },
    AT,
  ),
).split(MARK)

/** The headers that the real one sends and a client may heed; the hour is written anew once a second. */
let head = ''
const writeHead = (): void => {
  const reset = Math.ceil(Date.now() / 1_000) + 60
  head =
    `HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\nDate: ${new Date().toUTCString()}\r\n` +
    `X-Ratelimit-Limit: 100000000\r\nX-Ratelimit-Remaining: 99999999\r\nX-Ratelimit-Reset: ${reset}\r\n` +
    `X-Request-Id: 54f5b0b8f2b3b5c1d8a1f0c6a1c4f7e2\r\nConnection: keep-alive\r\n`
}
writeHead()
setInterval(writeHead, 1_000).unref()

const LENGTH = /\r\ncontent-length: *(\d+)/i
const ID = /"client_order_id":"([^"]+)"/

function serve(socket: Socket): void {
  let text = ''
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  // Orders are plain ASCII, so a character is a byte.
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    text += chunk
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const whole = end + 4 + Number(LENGTH.exec(text.slice(0, end))?.[1] ?? 0)
      if (text.length < whole) return
      const id = ID.exec(text.slice(end, whole))?.[1] ?? ''
      text = text.slice(whole)
      const body = before + id + after
      socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`)
    }
  })
}

createServer(serve).listen(Number(args.port), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
