import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

/**
 * One request, answered once its headers are here. Nothing is followed, repeated or kept open. `fetch` is not used since
 * it refuses to speak to ports that browsers keep from web pages, and a daemon may well listen on one of them.
 */
export function httpRequest(address: string, { method, headers, body, signal }: HttpRequest): Promise<IncomingMessage> {
  const url = new URL(address)
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const request = send(url, { method, headers: { ...headers, ...length }, agent: false, signal })
    request.on('response', resolve)
    request.on('error', reject)
    request.end(body)
  })
}

export async function textOf(message: IncomingMessage): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of message) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}
