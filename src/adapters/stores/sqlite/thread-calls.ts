import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'

/**
 * Questions to a thread, answered in the order in which they were asked. Guarantees:
 * - every question settles: when the thread ends, what it still owed is rejected;
 * - the thread keeps the process alive only while it owes an answer.
 */
interface Asked<A> {
  readonly resolve: (answer: A) => void
  readonly reject: (cause: Error) => void
}

/** A thread does not share its starter's compile cache unless it is told; without it each start compiles all it loads. */
const BEGIN = `import { enableCompileCache } from 'node:module'
import { workerData } from 'node:worker_threads'
if (workerData.cache !== undefined) enableCompileCache(workerData.cache)
await import(workerData.program)`

export class ThreadCalls<Q, A> {
  readonly #worker: Worker
  readonly #asked: Asked<A>[] = []
  #ended: Error | undefined

  constructor(program: URL, name: string, path?: string) {
    const workerData = { path, program: program.href, cache: getCompileCacheDir() }
    this.#worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(BEGIN)}`), { name, workerData })
    this.#worker.on('message', (answer: A) => this.#answered(answer))
    this.#worker.on('error', (cause: Error) => this.#end(cause))
    this.#worker.on('exit', () => this.#end(new Error(`the thread ${name} has ended`)))
    this.#worker.unref()
  }

  ask(question: Q): Promise<A> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject })
      if (this.#asked.length === 1) this.#worker.ref()
      this.#worker.postMessage(question)
    })
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #answered(answer: A): void {
    const first = this.#asked.shift()
    if (this.#asked.length === 0) this.#worker.unref()
    first?.resolve(answer)
  }

  #end(cause: Error): void {
    this.#ended ??= cause
    for (const { reject } of this.#asked.splice(0)) reject(this.#ended)
  }
}
