import { type AddCommand, type Cli, withExample } from '../../cli.ts'
import { CliFailure, EXIT } from '../../cli-failure.ts'
import type { AlpacaSimulation } from '../../daemon-port.ts'
import { oneOf, positiveNumber } from '../../option-values.ts'
import { readFileIfAny } from '../../read-file-if-any.ts'
import { stopSignal, untilStopped } from '../../stop-signal.ts'
import { portOption } from './port-option.ts'

interface AlpacaOptions {
  readonly port: number
  readonly controlPort: number
  readonly seed?: string
  readonly faults?: string
  readonly script?: string
  readonly speed: number
  readonly at?: number
  readonly hours: 'always' | 'exchange'
  readonly fills: 'auto' | 'manual'
}

const USUAL_PORT = 4710
const USUAL_CONTROL_PORT = 4711
const FASTEST = 100_000

export const addSimulateAlpaca: AddCommand = (simulate, cli) => {
  const command = simulate
    .command('alpaca')
    .description("Alpaca's trading API and its trade stream, for any Alpaca client")
    .addOption(portOption('--port <number>', 'where the API listens on this machine').default(USUAL_PORT))
    .addOption(portOption('--control-port <number>', 'where you are in control').default(USUAL_CONTROL_PORT))
    .option('--seed <text>', 'the same seed, the same market and the same misbehaviour')
    .option('--faults <list>', 'what goes wrong by chance, such as answer-lost,slow-answer=0.2, or all')
    .option('--script <file>', 'what goes wrong at which request, as JSON')
    .option('--speed <number>', 'how fast the clock of the venue runs', positiveNumber(FASTEST), 1)
    .option('--at <time>', 'where that clock starts, such as 2026-03-11T14:30:00Z', instant)
    .option('--hours <name>', 'always open, or as the exchange', oneOf('always', 'exchange'), 'always')
    .option(
      '--fills <name>',
      'auto, or manual: nothing trades but by the control port',
      oneOf('auto', 'manual'),
      'auto',
    )
    .action((options: AlpacaOptions) => simulateAlpaca(cli, options))
  withExample(
    command,
    'surefill simulate alpaca',
    'surefill simulate alpaca --faults answer-lost=0.1,frame-dropped=0.05 --seed monday',
    'surefill simulate alpaca --script script.json --fills manual',
  )
}

function instant(text: string): number {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new CliFailure(EXIT.usage, `--at takes a time such as 2026-03-11T14:30:00Z, not ${text}`)
  return at
}

async function simulateAlpaca(cli: Cli, options: AlpacaOptions): Promise<void> {
  const { controlPort: control_port, script, ...rest } = options
  using stop = stopSignal(cli.host)
  const venue = await cli.host
    .serveAlpaca({ ...rest, control_port, ...(script === undefined ? {} : { script: scriptText(cli, script) }) })
    .catch((error: unknown) => {
      if (error instanceof Error && error.name === 'ScriptError') throw new CliFailure(EXIT.usage, error.message)
      throw error
    })
  cli.out(screen(venue))
  await untilStopped(stop)
  await venue.close()
}

function scriptText(cli: Cli, path: string): string {
  const text = readFileIfAny(cli.host.cwd)(path)
  if (text === undefined) throw new CliFailure(EXIT.usage, `There is no file ${path} to read the script from.`)
  return text
}

const screen = ({ url, streamUrl, controlUrl, keyId, secretKey }: AlpacaSimulation): string => `\
Alpaca is simulated here, on play money. Clients:

  APCA_API_BASE_URL=${url}
  APCA_API_DATA_URL=${url}
  APCA_API_STREAM_URL=${streamUrl}
  APCA_API_KEY_ID=${keyId}
  APCA_API_SECRET_KEY=${secretKey}

You are in control at ${controlUrl} (curl it for its commands). An account of this daemon:

  "accounts": { "alpaca": { "venue": "alpaca", "environment": "paper", "key_id": "${keyId}",
    "secret_key": "${secretKey}", "base_url": "${url}", "stream_url": "${streamUrl}", "data_url": "${url}" } }
`
