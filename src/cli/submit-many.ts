import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isJsonObject, JsonTextError, parseJsonText } from '../config/exact.ts'
import { type ApiAnswer, type ApiClient, Unreachable } from './api-client.ts'
import type { ApiOptions, Cli } from './cli.ts'
import { CliFailure, EXIT } from './cli-failure.ts'
import { problemText } from './problem-text.ts'
import { type Row, rowsOf, textIn } from './row.ts'
import { newSignalId } from './signal-id.ts'
import { stopSignal } from './stop-signal.ts'
import { count } from './text/number-text.ts'
import { textLines } from './text-lines.ts'
import { isBadEnd } from './views/taken-text.ts'

interface ManyOptions extends ApiOptions {
  readonly file: string
  readonly id?: string
  readonly wait?: number
  readonly dryRun?: boolean
}

/**
 * Sends signals line by line, one after the other, so that they are taken in the order of the file. Guarantees: a line
 * goes out as it was written, digit for digit; one without an id gets one made of the run and its number, so that the
 * same run can be told again without trading twice.
 */
export async function submitMany(cli: Cli, options: ManyOptions): Promise<void> {
  const { file, json = false } = options
  const api = await cli.api(options)
  const run = options.id ?? newSignalId(cli.host.now())
  const tally = new Tally()
  let number = 0
  using stop = stopSignal(cli.host)
  try {
    for await (const text of textLines(input(cli, file))) {
      if (stop.signal.aborted) break
      number += 1
      if (text.trim() === '') continue
      const body = withId(text, `${run}-${number}`)
      if (options.dryRun === true) cli.line(body)
      else if (body === undefined) tell(number, undefined, 'not one JSON object')
      else await sendOne(body)
    }
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    summarise(number)
    throw new CliFailure(error.exitCode, `line ${number}: ${error.message}\n${again(run, file)}`)
  }
  if (options.dryRun !== true) summarise(undefined)

  async function sendOne(body: string): Promise<void> {
    const answer = await send(api, body, options.wait, stop.signal)
    tally.add(answer)
    if (json) cli.json(JSON.stringify({ line: number, status: answer.status, answer: answer.body }))
    else if (!answer.ok) tell(number, answer, problemText(answer.body))
    if (cli.host.isErrorTerminal && !json) cli.host.stderr.write(`\r${tally.words}\u001b[K`)
  }
  function tell(line: number, answer: ApiAnswer | undefined, text: string): void {
    if (answer === undefined) tally.unreadable += 1
    const clear = cli.host.isErrorTerminal ? '\r\u001b[K' : ''
    cli.note(`${clear}line ${line}: ${text.replaceAll('\n', '\n  ')}`)
  }
  function summarise(brokenAt: number | undefined): void {
    if (cli.host.isErrorTerminal && !json) cli.host.stderr.write('\r\u001b[K')
    if (!json) cli.line(tally.words)
    if (tally.refused + tally.unreadable + tally.badEnds > 0) cli.exitCode = EXIT.failed
    if (brokenAt === undefined && stop.signal.aborted)
      cli.note(`Stopped before line ${number + 1}. ${again(run, file)}`)
  }
}

const again = (run: string, file: string): string =>
  `To go on, send ${file === '-' ? 'the same lines' : file} again with --id ${run}: what was taken is not executed twice.`

async function* input(cli: Cli, file: string): AsyncGenerator<string | Uint8Array> {
  if (file === '-') return yield* cli.host.stdin
  try {
    for await (const piece of createReadStream(resolve(cli.host.cwd, file))) yield piece
  } catch (error) {
    throw new CliFailure(
      EXIT.usage,
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

/** The line as it is when it names its id; `undefined` when it is no JSON object. */
function withId(text: string, id: string): string | undefined {
  try {
    const value = parseJsonText(text)
    if (!isJsonObject(value)) return undefined
    if (Object.hasOwn(value, 'signal_id')) return text
    const rest = text.slice(text.indexOf('{') + 1)
    return `{"signal_id":${JSON.stringify(id)}${rest.trim() === '}' ? '' : ','}${rest}`
  } catch (error) {
    if (error instanceof JsonTextError) return undefined
    throw error
  }
}

const BUSY = 429
const MOST_TRIES = 30
const PAUSE_MS = 1_000
const ANSWER_MS = 15_000

/** A daemon that is busy has stored nothing: the same line again, a little later. */
async function send(api: ApiClient, body: string, wait: number | undefined, stop: AbortSignal): Promise<ApiAnswer> {
  const query = { wait: wait === undefined ? undefined : String(wait) }
  for (let tries = 1; ; tries += 1) {
    const answer = await api.post('/v1/signals', { body, query, timeoutMs: ANSWER_MS + 1_000 * (wait ?? 0) })
    if (answer.status !== BUSY || tries >= MOST_TRIES || stop.aborted) return answer
    await sleep(PAUSE_MS, undefined, { signal: stop }).catch(() => undefined)
  }
}

class Tally {
  taken = 0
  repeated = 0
  refused = 0
  badEnds = 0
  unreadable = 0
  readonly #codes = new Map<string, number>()

  add({ ok, body }: ApiAnswer): void {
    if (!ok) this.#refuse(body)
    else if (body.duplicate === true) this.repeated += 1
    else this.taken += 1
    if (rowsOf(body.orders).some(isBadEnd)) this.badEnds += 1
  }

  #refuse(problem: Row): void {
    this.refused += 1
    const code = textIn(problem, 'code') ?? 'unknown'
    this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1)
  }

  get words(): string {
    const codes = [...this.#codes].map(([code, times]) => `${code} ${times}`).join(', ')
    const parts = [
      `${count(this.taken, 'signal')} taken`,
      this.repeated === 0 ? '' : `${this.repeated} came before`,
      this.refused === 0 ? '' : `${this.refused} refused (${codes})`,
      this.badEnds === 0 ? '' : `${this.badEnds} ended badly`,
      this.unreadable === 0 ? '' : `${count(this.unreadable, 'line')} no signal`,
    ]
    return parts.filter((part) => part !== '').join(', ')
  }
}
