import { type AddCommand, type Cli, withExample } from '../../cli.ts'
import { oneOf } from '../../option-values.ts'
import { stopSignal, untilStopped } from '../../stop-signal.ts'
import { portOption } from './port-option.ts'

interface PaperOptions {
  readonly port: number
  readonly seed?: string
  readonly model: 'calm' | 'lively'
  readonly state?: string
}

const USUAL_PORT = 4700

export const addSimulatePaper: AddCommand = (simulate, cli) => {
  const command = simulate
    .command('paper')
    .description('the paper venue of this daemon')
    .addOption(portOption('--port <number>', 'where it listens on this machine').default(USUAL_PORT))
    .option('--seed <text>', 'the same seed, the same market')
    .option('--model <name>', 'calm or lively', oneOf('calm', 'lively'), 'calm')
    .option('--state <file>', 'where it remembers; without it, it forgets when it ends')
    .action((options: PaperOptions) => simulatePaper(cli, options))
  withExample(command, 'surefill simulate paper --port 4700 --state venue.db', 'surefill simulate paper --model lively')
}

async function simulatePaper(cli: Cli, { port, seed, model, state }: PaperOptions): Promise<void> {
  using stop = stopSignal(cli.host)
  const venue = await cli.host.servePaper({
    port,
    model,
    ...(seed === undefined ? {} : { seed }),
    ...(state === undefined ? {} : { stateFile: state }),
  })
  cli.out(`The paper venue listens at ${venue.url}. Point an account at it:\n`)
  cli.out(`  "accounts": { "paper": { "venue": "paper", "base_url": "${venue.url}" } }\n`)
  await untilStopped(stop)
  await venue.close()
}
