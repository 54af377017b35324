import type { LoadedConfig } from '../../config/load.ts'
import type { Daemon } from '../../daemon.ts'
import { ApiClient } from '../api-client.ts'
import { type AddCommand, type Cli, withExample } from '../cli.ts'
import { EXIT } from '../cli-failure.ts'
import { loadHere } from '../load-here.ts'
import { packageVersion } from '../package-version.ts'
import { readFileIfAny } from '../read-file-if-any.ts'
import { rowIn, textIn } from '../row.ts'
import { startFacts } from '../start-facts.ts'
import { startFailure } from '../start-failure.ts'
import { stopSignal } from '../stop-signal.ts'
import { timeText } from '../text/time-text.ts'
import { startScreen } from '../views/start-screen.ts'

export const addStart: AddCommand = (program, cli) => {
  const command = program
    .command('start')
    .description('start the daemon and run until it is stopped')
    .option('--config <file>', 'the configuration (or SUREFILL_CONFIG; default config.json if there is one)')
    .action((options: { readonly config?: string }) => start(cli, options.config))
  withExample(command, 'surefill start', 'surefill start --config /etc/surefill.json')
}

async function start(cli: Cli, path: string | undefined): Promise<void> {
  const { host } = cli
  const loaded = loadHere(cli, path)
  for (const { path: place, message } of loaded.warnings)
    cli.note(`${cli.paintError('doubt', 'warning:')} ${place} ${message}`)
  using stop = stopSignal(host)
  const daemon = await started(cli, loaded)
  const halted = await haltOf(cli, daemon, loaded)
  cli.out(
    startScreen({
      ...startFacts(loaded, host),
      version: packageVersion(),
      url: daemon.url,
      ...(halted === undefined ? {} : { halted }),
      columns: host.columns(),
      paint: cli.paint,
    }),
  )
  const failure = await Promise.race([daemon.failed.then((error) => ({ error })), aborted(stop.signal)])
  if (failure === undefined && host.isErrorTerminal)
    cli.note('Stopping: taking no more signals, settling what is on the wire …')
  await daemon.stop()
  if (failure !== undefined) throw startFailure(failure.error, 'the daemon could not go on')
  if (host.isErrorTerminal) cli.note('Stopped.')
  cli.exitCode = EXIT.ok
}

async function started({ host }: Cli, loaded: LoadedConfig): Promise<Daemon> {
  const config = {
    ...loaded.config,
    logging: { ...loaded.config.logging, level: logLevel(loaded, host.isErrorTerminal) },
  }
  try {
    return await host.startDaemon({ config, version: packageVersion(), logTo: host.logTo })
  } catch (error) {
    throw startFailure(error)
  }
}

/** On a terminal the log would tear the screen apart, so only what somebody should see comes through. */
function logLevel({ config, source }: LoadedConfig, isTerminal: boolean): LoadedConfig['config']['logging']['level'] {
  return isTerminal && !source.provenance.isSet(['logging', 'level']) ? 'warn' : config.logging.level
}

const ASK_MS = 2_000

/** A halt outlives a restart, and whoever starts has to know. Not being told is no reason not to run. */
async function haltOf(cli: Cli, { url, keyFile = '' }: Daemon, { config }: LoadedConfig) {
  const key = config.api.keys[0]?.key.reveal() ?? readFileIfAny(cli.host.cwd)(keyFile)?.trim()
  const api = new ApiClient({ url, isNamed: true, key, keyFile, dataDir: config.data_dir })
  const halt = await api.read('/v1/status', { timeoutMs: ASK_MS }).then(
    ({ body }) => rowIn(body, 'halt'),
    () => undefined,
  )
  if (halt?.halted !== true) return undefined
  const [reason, since] = [textIn(halt, 'reason'), textIn(halt, 'since')]
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(since === undefined ? {} : { since: timeText(since, cli.time) }),
  }
}

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
