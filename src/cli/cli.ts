import type { Command } from 'commander'
import { ApiClient } from './api-client.ts'
import type { CliHost } from './cli-host.ts'
import { findDaemon } from './find-daemon.ts'
import { type Paint, paintFor } from './text/colour.ts'
import { type TimeStyle, zoneName } from './text/time-text.ts'

export interface ApiOptions {
  readonly url?: string
  readonly config?: string
  readonly json?: boolean
}
export type AddCommand = (program: Command, cli: Cli) => void

/** What every command is given: the way in, the way out, and the manners of the screen. */
export class Cli {
  readonly host: CliHost
  readonly paint: Paint
  readonly paintError: Paint
  /** Set by a command that did its work and still has bad news. */
  exitCode = 0

  constructor(host: CliHost) {
    this.host = host
    this.paint = paintFor(host.isTerminal, host.env)
    this.paintError = paintFor(host.isErrorTerminal, host.env)
  }

  out(text: string): void {
    this.host.stdout.write(text)
  }
  line(text = ''): void {
    this.out(`${text}\n`)
  }
  note(text: string): void {
    this.host.stderr.write(`${text}\n`)
  }
  /** The API's own JSON, unchanged. */
  json(text: string): void {
    this.out(text.endsWith('\n') ? text : `${text}\n`)
  }

  get time(): TimeStyle {
    return { timeZone: this.host.timeZone, now: this.host.now() }
  }
  get zoneNote(): string {
    return `${this.paint('faint', `times in ${zoneName(this.time)}`)}\n`
  }
  get table() {
    return { columns: this.host.columns(), paint: this.paint }
  }

  async api(options: ApiOptions): Promise<ApiClient> {
    return new ApiClient(await findDaemon(options, this.host))
  }
}

/** The options of every command that speaks to a daemon. */
export const withApi = (command: Command): Command =>
  command
    .option('--url <address>', 'the daemon to speak to (or SUREFILL_URL)')
    .option('--config <file>', 'the configuration that says where the daemon is (or SUREFILL_CONFIG)')
    .option('--json', "print the API's JSON")

export const withExample = (command: Command, ...examples: readonly string[]): Command =>
  command.addHelpText('after', `\nExample:\n${examples.map((example) => `  $ ${example}\n`).join('')}`)
