import { setTimeout as sleep } from 'node:timers/promises'
import { type ApiClient, Unreachable } from './api-client.ts'
import { serverSentEvents } from './server-sent-events.ts'

const RECONNECT_MS = 1_000

export interface FollowEventsOptions {
  readonly signal: AbortSignal
  /** Told once per interruption. */
  readonly onInterrupted: (error: Unreachable) => void
  readonly onListening?: () => void
}

/**
 * The daemon's events as JSON text, over interruptions without a gap: whoever shows the id it saw last goes on behind
 * it. Only a daemon that cannot be reached in the first place is an exception.
 */
export async function* followEvents(api: ApiClient, options: FollowEventsOptions): AsyncGenerator<string> {
  const { signal, onInterrupted } = options
  let lastId: string | undefined
  let isTold = false
  while (!signal.aborted) {
    try {
      const headers = { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) }
      const message = await api.open('/v1/events', headers, signal)
      isTold = false
      for await (const { id, event, data } of serverSentEvents(message.setEncoding('utf8'))) {
        if (lastId === undefined) options.onListening?.()
        lastId = id ?? lastId
        if (data !== '' && event !== 'dropped') yield data
      }
    } catch (error) {
      if (signal.aborted) return
      const failure =
        error instanceof Unreachable || lastId === undefined ? error : new Unreachable('The connection broke.', true)
      if (lastId === undefined || !(failure instanceof Unreachable)) throw failure
      if (!isTold) onInterrupted(failure)
      isTold = true
    }
    await sleep(RECONNECT_MS, undefined, { signal }).catch(() => undefined)
  }
}
