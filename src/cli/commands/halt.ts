import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type ApiAnswer, type ApiClient, Unreachable } from '../api-client.ts'
import { type AddCommand, type ApiOptions, type Cli, withApi, withExample } from '../cli.ts'
import { CliFailure, EXIT } from '../cli-failure.ts'
import { isLoopback } from '../find-daemon.ts'
import { problemText } from '../problem-text.ts'
import { numberIn, textIn } from '../row.ts'
import { count } from '../text/number-text.ts'
import { plainText } from '../text/plain-text.ts'
import { timeText } from '../text/time-text.ts'

interface HaltOptions extends ApiOptions {
  readonly reason?: string
  readonly cancelOpen?: boolean
}
/** A daemon that needs longer to stop is one that is stopped by the file. */
const TIMEOUT_MS = 5_000

export const addHalt: AddCommand = (program, cli) => {
  const command = withApi(program.command('halt').description('the kill switch: from now on nothing is sent'))
    .option('--reason <text>', 'why, for those who find it halted')
    .option('--cancel-open', 'also ask for the cancel of every working order of ours')
    .action((options: HaltOptions) => halt(cli, options))
    .addHelpText(
      'after',
      '\nWhere no daemon answers, the file HALT is written into its data directory: a daemon that starts there, or that\nhangs, sends nothing while the file exists.',
    )
  withExample(command, 'surefill halt --reason "prices look wrong"', 'surefill halt --cancel-open')
}

async function halt(cli: Cli, options: HaltOptions): Promise<void> {
  const { reason, cancelOpen = false, json = false } = options
  const api = await cli.api(options)
  const answer = await asked(api, { ...(reason === undefined ? {} : { reason }), cancel_open: cancelOpen })
  if (answer instanceof CliFailure) return haltByFile(cli, api, answer, options)
  if (json) return cli.json(answer.text)
  const since = textIn(answer.body, 'since')
  const why = textIn(answer.body, 'reason')
  cli.line(
    `${cli.paint('alarm', ' HALTED ')} ${plainText([since === undefined ? '' : `since ${timeText(since, cli.time)}`, why ?? ''].filter(Boolean).join(': '))}`,
  )
  const denied = numberIn(answer.body, 'denied') ?? 0
  const cancelling = numberIn(answer.body, 'cancelling') ?? 0
  cli.line(`${count(denied, 'waiting order')} denied, ${count(cancelling, 'cancel')} on the way`)
  cli.line(cli.paint('faint', '"surefill resume" ends it.'))
}

/** The failure when the daemon could not do it; a refusal of the key or of the words is thrown as it is. */
async function asked(api: ApiClient, body: Readonly<Record<string, unknown>>): Promise<ApiAnswer | CliFailure> {
  try {
    const answer = await api.post('/v1/halt', { body, timeoutMs: TIMEOUT_MS })
    if (answer.ok) return answer
    const failure = new CliFailure(EXIT.failed, problemText(answer.body))
    if (answer.status >= 500) return failure
    throw failure
  } catch (error) {
    if (error instanceof Unreachable) return error
    throw error
  }
}

function haltByFile(
  cli: Cli,
  { place }: ApiClient,
  failure: CliFailure,
  { reason, cancelOpen, json }: HaltOptions,
): void {
  // The data directory here is not that of a daemon elsewhere: a file would stop nothing and look as if it did.
  if (place.isNamed && !isLoopback(place.url)) throw failure
  const file = resolve(cli.host.cwd, place.dataDir, 'HALT')
  mkdirSync(resolve(cli.host.cwd, place.dataDir), { recursive: true, mode: 0o700 })
  writeFileSync(file, `${new Date(cli.host.now()).toISOString()} ${reason ?? 'halted from the command line'}\n`)
  const shown = join(place.dataDir, 'HALT')
  cli.note(failure.message)
  if (json === true) {
    cli.json(JSON.stringify({ halted: true, file: shown }))
    return
  }
  cli.line(
    `${cli.paint('alarm', ' HALTED ')} by the file ${shown}, which was written: nothing is sent while it exists.`,
  )
  if (cancelOpen === true)
    cli.line(cli.paint('doubt', 'Open orders were NOT cancelled: that takes a daemon that answers.'))
  cli.line(cli.paint('faint', `To go on: remove ${shown}, then "surefill resume" once the daemon runs.`))
}
