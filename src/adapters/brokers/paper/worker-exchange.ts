import type {
  HttpExchange,
  HttpRequest,
  HttpResult,
  MessageStream,
  StreamConnector,
  StreamListener,
} from '../../../ports/http.ts'
import { type PaperWorker, PaperWorkerGone } from '../../../simulator/hosts/paper-worker.ts'

/**
 * The paper venue in its own thread, spoken to as if over the network: what a request can prove by its phase it proves
 * here too, and the thread may die between any two bytes.
 */
export class WorkerExchange implements HttpExchange, StreamConnector {
  readonly #worker: PaperWorker
  readonly #account: string

  constructor(worker: PaperWorker, account: string) {
    this.#worker = worker
    this.#account = account
  }

  async exchange({ method, path, body, beforeDispatch }: HttpRequest): Promise<HttpResult> {
    try {
      beforeDispatch?.(body ?? '')
    } catch (error) {
      return failed('not_sent', error)
    }
    try {
      const request = { method, path, account: this.#account, ...(body === undefined ? {} : { body }) }
      const answer = await this.#worker.exchange(request)
      return { kind: 'answer', status: answer.status, headers: {}, body: answer.body }
    } catch (error) {
      return failed(error instanceof PaperWorkerGone && !error.sent ? 'not_sent' : 'dispatched', error)
    }
  }

  open(_path: string, listener: StreamListener): MessageStream {
    let isOpen = true
    const stop = this.#worker.subscribe((message) => isOpen && listener.message(message), this.#account)
    this.#worker.onGone((cause) => {
      if (isOpen) listener.closed(cause)
    })
    void Promise.resolve().then(() => isOpen && listener.opened())
    return {
      close: () => {
        isOpen = false
        stop()
      },
    }
  }
}

const failed = (phase: 'not_sent' | 'dispatched', error: unknown): HttpResult => ({
  kind: 'failed',
  phase,
  cause: error instanceof Error ? error.message : String(error),
  error,
})
