import { Worker } from 'node:worker_threads'
import type { PaperAnswer, PaperRequest } from '../faces/paper-face.ts'
import type { PaperOptions } from './open-venues.ts'

/**
 * The paper venue in a thread of its own. Guarantees:
 * - an answer comes after the venue has booked, and each request has one answer or one `PaperWorkerGone`;
 * - the thread can be killed at any instant; another one over the same state file knows everything that was answered;
 * - after `close` or `kill` nothing of it keeps the process alive.
 */
export interface PaperWorker {
  exchange(request: WorkerRequest): Promise<PaperAnswer>
  subscribe(listener: (message: string) => void, account?: string): () => void
  /** Called once when the thread has ended, however it ended. */
  onGone(listener: (cause: string) => void): void
  /** Ends in order. */
  close(): Promise<void>
  /** Ends at once, whatever it is doing. */
  kill(): Promise<void>
}
export interface WorkerRequest extends PaperRequest {
  readonly account?: string
}

/** There is no answer. Only when `sent` is false is it certain that the venue has not booked. */
export class PaperWorkerGone extends Error {
  override readonly name = 'PaperWorkerGone'
  readonly sent: boolean
  constructor(message: string, sent: boolean) {
    super(message)
    this.sent = sent
  }
}

export type ToWorker =
  | { readonly kind: 'request'; readonly id: number; readonly request: WorkerRequest }
  | { readonly kind: 'watch'; readonly account: string | undefined }
  | { readonly kind: 'close' }
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: PaperAnswer }
  | { readonly kind: 'event'; readonly account: string | undefined; readonly message: string }

const MOST_WAITING = 10_000

export async function startPaperWorker(options: PaperOptions): Promise<PaperWorker> {
  const worker = new Worker(new URL('./paper-worker-thread.ts', import.meta.url), {
    workerData: options,
    // The venue needs none of its process's own switches, and some of them are not for threads.
    execArgv: [],
  })
  const thread = new PaperThread(worker)
  await thread.ready
  return thread
}

interface Waiting {
  readonly resolve: (answer: PaperAnswer) => void
  readonly reject: (error: PaperWorkerGone) => void
}

class PaperThread implements PaperWorker {
  readonly ready: Promise<void>
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #listeners = new Map<string | undefined, Set<(message: string) => void>>()
  readonly #gone = Promise.withResolvers<string>()
  #requests = 0
  #cause: string | undefined
  #ended = false

  constructor(worker: Worker) {
    this.#worker = worker
    this.ready = new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') resolve()
        else this.#take(message)
      })
      worker.on('error', (error) => {
        this.#cause = error instanceof Error ? error.message : String(error)
      })
      worker.on('exit', () => {
        this.#end()
        reject(new PaperWorkerGone(this.#cause ?? ENDED, false))
      })
    })
  }

  exchange(request: WorkerRequest): Promise<PaperAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(new PaperWorkerGone(this.#cause ?? ENDED, false))
      if (this.#waiting.size >= MOST_WAITING) return reject(new PaperWorkerGone('too many requests are waiting', false))
      this.#requests += 1
      this.#waiting.set(this.#requests, { resolve, reject })
      this.#post({ kind: 'request', id: this.#requests, request })
    })
  }

  subscribe(listener: (message: string) => void, account?: string): () => void {
    const known = this.#listeners.get(account)
    const listeners = known ?? new Set()
    if (known === undefined) {
      this.#listeners.set(account, listeners)
      this.#post({ kind: 'watch', account })
    }
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  onGone(listener: (cause: string) => void): void {
    void this.#gone.promise.then(listener)
  }

  async close(): Promise<void> {
    if (!this.#ended) this.#post({ kind: 'close' })
    await this.#gone.promise
  }
  async kill(): Promise<void> {
    this.#cause ??= 'killed'
    await this.#worker.terminate()
    await this.#gone.promise
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message)
  }

  #take(message: Exclude<FromWorker, { kind: 'ready' }>): void {
    if (message.kind === 'event') {
      for (const listener of [...(this.#listeners.get(message.account) ?? [])]) listener(message.message)
      return
    }
    this.#waiting.get(message.id)?.resolve(message.answer)
    this.#waiting.delete(message.id)
  }

  #end(): void {
    this.#ended = true
    const cause = this.#cause ?? ENDED
    for (const { reject } of this.#waiting.values()) reject(new PaperWorkerGone(cause, true))
    this.#waiting.clear()
    this.#listeners.clear()
    this.#gone.resolve(cause)
  }
}

const ENDED = 'the paper venue has ended'
