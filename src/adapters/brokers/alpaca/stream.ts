import { streaming } from '@alpacahq/alpaca-trade-api'
import { WebSocket } from 'ws'
import type { Timers } from '../../../ports/clock.ts'
import type { MessageStream, StreamListener } from '../../../ports/http.ts'
import type { AlpacaKeys } from './sdk-call.ts'

/**
 * The order stream as the SDK speaks it: its hand-shake, its listening and its ping; nothing else of it. Guarantees:
 * - open means that the server has said it is listening: only from then on events come;
 * - every frame is handed on as the text it was, whether it came as text or as bytes;
 * - a connection that does not get that far in time, is refused, or ends, is told of once and never opened again by itself;
 * - closed by us it is gone at once: nothing waits for a server that does not answer.
 */
export interface AlpacaStreamOptions {
  readonly url: string
  readonly keys: AlpacaKeys
  readonly timers: Timers
}

const OPENING_MS = 10_000
const MOST_BYTES = 4 * 1024 * 1024
const UPDATES = 'trade_updates'

export function openAlpacaStream({ url, keys, timers }: AlpacaStreamOptions, listener: StreamListener): MessageStream {
  let isOver = false
  let isListening = false
  let trouble = 'the connection ended'
  let socket: WebSocket | undefined
  const stream = new streaming.TradingStream({
    url,
    credentials: { keyId: keys.keyId, secret: keys.secretKey },
    reconnect: false,
    wsFactory: () => {
      socket = new WebSocket(url, { handshakeTimeout: OPENING_MS, maxPayload: MOST_BYTES, perMessageDeflate: false })
      socket.on('message', (frame) => {
        if (!isOver) listener.message(textOf(frame))
      })
      return socket
    },
  })
  const end = (): boolean => {
    if (isOver) return false
    isOver = true
    opening.cancel()
    stream.disconnect()
    socket?.terminate()
    return true
  }
  const opening = timers.after(OPENING_MS, 'stream.opening', () => {
    if (!isListening && end()) listener.closed(`it was not listening within ${OPENING_MS} ms`)
  })
  stream.onError((what) => {
    trouble = what
  })
  stream.on(streaming.EVENT.SUBSCRIPTION, (streams: unknown) => {
    if (isOver || isListening || !Array.isArray(streams) || !streams.includes(UPDATES)) return
    isListening = true
    opening.cancel()
    listener.opened()
  })
  stream.onStateChange((state) => {
    if (state === streaming.STATE.DISCONNECTED && end()) listener.closed(trouble)
  })
  stream.subscribeTradeUpdates()
  stream.connect()
  return { close: () => void end() }
}

function textOf(frame: WebSocket.RawData): string {
  if (Array.isArray(frame)) return Buffer.concat(frame).toString('utf8')
  return (frame instanceof ArrayBuffer ? Buffer.from(frame) : frame).toString('utf8')
}
