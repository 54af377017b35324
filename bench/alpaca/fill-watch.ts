import { closeSync, existsSync, type FSWatcher, openSync, readSync, watch } from 'node:fs'
import { type Dispatcher, request } from 'undici'

/**
 * What the outside sees of fills: the listener of the event stream, and whoever reads the audit log. Counts how many each
 * has seen; `both` settles when both have seen so many.
 */
export class FillWatch {
  readonly #audit: AuditTail
  readonly #body: Dispatcher.ResponseData['body']
  #streamed = 0
  #waiting: { readonly wanted: number; readonly streamed: () => void; readonly written: () => void } | undefined

  private constructor(audit: AuditTail, body: Dispatcher.ResponseData['body']) {
    this.#audit = audit
    this.#body = body
    let rest = ''
    body.setEncoding('utf8')
    body.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (EVENT.test(line)) this.#streamed += 1
      this.#tell()
    })
    body.on('error', () => undefined)
    audit.onLines = () => this.#tell()
  }

  static async open(url: string, key: string, auditFile: string): Promise<FillWatch> {
    const headers = { authorization: `Bearer ${key}` }
    const { statusCode, body } = await request(`${url}/v1/events`, { headers, headersTimeout: 5_000, bodyTimeout: 0 })
    if (statusCode !== 200) throw new Error(`the event stream was answered with ${statusCode}`)
    return new FillWatch(new AuditTail(auditFile), body)
  }

  close(): void {
    this.#audit.close()
    this.#body.destroy()
  }

  get seen(): { readonly streamed: number; readonly written: number } {
    return { streamed: this.#streamed, written: this.#audit.fills }
  }

  /** Milliseconds from now until each has seen `more` fills than so far. */
  async both(more: number, withinMs: number): Promise<{ readonly streamedMs: number; readonly writtenMs: number }> {
    const begun = performance.now()
    const wanted = Math.max(this.#streamed, this.#audit.fills) + more
    const streamed = Promise.withResolvers<number>()
    const written = Promise.withResolvers<number>()
    const passed = (): number => performance.now() - begun
    this.#waiting = { wanted, streamed: () => streamed.resolve(passed()), written: () => written.resolve(passed()) }
    const late = setTimeout(() => {
      const why = new Error(`${JSON.stringify(this.seen)} of ${wanted} fills were seen within ${withinMs} ms`)
      streamed.reject(why)
      written.reject(why)
    }, withinMs)
    try {
      const [streamedMs, writtenMs] = await Promise.all([streamed.promise, written.promise])
      return { streamedMs, writtenMs }
    } finally {
      clearTimeout(late)
      this.#waiting = undefined
    }
  }

  #tell(): void {
    if (this.#waiting === undefined) return
    const { wanted, streamed, written } = this.#waiting
    if (this.#streamed >= wanted) streamed()
    if (this.#audit.fills >= wanted) written()
  }
}

const EVENT = /^event: order\.(partially_)?filled$/
const FILL = /"event":"order\.(partially_)?filled"/

/** A log that grows: told by the system when it does, and read on from where it was. */
class AuditTail {
  readonly #file: number
  readonly #watch: FSWatcher
  readonly #buffer = Buffer.alloc(1024 * 1024)
  #at = 0
  #rest = ''
  fills = 0
  onLines: () => void = () => undefined

  constructor(path: string) {
    if (!existsSync(path)) throw new Error(`there is no audit log at ${path}`)
    this.#file = openSync(path, 'r')
    this.#watch = watch(path, () => this.#read())
    this.#read()
  }
  close(): void {
    this.#watch.close()
    closeSync(this.#file)
  }
  #read(): void {
    for (;;) {
      const size = readSync(this.#file, this.#buffer, 0, this.#buffer.length, this.#at)
      if (size === 0) break
      this.#at += size
      const lines = (this.#rest + this.#buffer.toString('latin1', 0, size)).split('\n')
      this.#rest = lines.pop() ?? ''
      for (const line of lines) if (FILL.test(line)) this.fills += 1
    }
    this.onLines()
  }
}
