import { type AddCommand, type Cli, withExample } from '../cli.ts'
import { oneOf, wholeNumber } from '../option-values.ts'
import { stopSignal } from '../stop-signal.ts'

interface SimulateOptions {
  readonly port: number
  readonly seed?: string
  readonly model: 'calm' | 'lively'
  readonly state?: string
}

const USUAL_PORT = 4700
const HIGHEST_PORT = 65_535

export const addSimulate: AddCommand = (program, cli) => {
  const command = program
    .command('simulate')
    .description('run a simulated venue in a process of its own, for a daemon or for any other client')
    .argument('<venue>', 'the venue whose protocol it speaks: paper', oneOf('paper'))
    .option(
      '--port <number>',
      'where it listens on this machine; 0 takes a free port',
      wholeNumber(0, HIGHEST_PORT),
      USUAL_PORT,
    )
    .option('--seed <text>', 'the same seed, the same market')
    .option('--model <name>', 'calm or lively', oneOf('calm', 'lively'), 'calm')
    .option('--state <file>', 'where it remembers; without it, it forgets when it ends')
    .action((_venue: string, options: SimulateOptions) => simulate(cli, options))
  withExample(command, 'surefill simulate paper --port 4700 --state venue.db', 'surefill simulate paper --model lively')
}

async function simulate(cli: Cli, { port, seed, model, state }: SimulateOptions): Promise<void> {
  using stop = stopSignal(cli.host)
  const venue = await cli.host.servePaper({
    port,
    model,
    ...(seed === undefined ? {} : { seed }),
    ...(state === undefined ? {} : { stateFile: state }),
  })
  cli.out(`The paper venue listens at ${venue.url}. Point an account at it:\n`)
  cli.out(`  "accounts": { "paper": { "venue": "paper", "base_url": "${venue.url}" } }\n`)
  await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }))
  await venue.close()
}
