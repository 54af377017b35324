import { type AddCommand, withExample } from '../cli.ts'
import { type DemoOptions, runDemo } from '../demo/run-demo.ts'
import { seconds, wholeNumber } from '../option-values.ts'

const DAY_SECONDS = 86_400
const MOST_ORDERS = 100_000

export const addDemo: AddCommand = (program, cli) => {
  const command = program
    .command('demo')
    .description('watch it work: a daemon on play money, and a sample strategy that trades through it')
    .option('--seconds <number>', 'end after so many seconds', seconds(1, DAY_SECONDS))
    .option('--orders <number>', 'end after so many signals', wholeNumber(1, MOST_ORDERS))
    .option('--keep <folder>', 'keep its data and logs here instead of in a temporary folder')
    .option('--seed <text>', 'the same seed, the same market and the same strategy', 'surefill')
    .action((options: DemoOptions) => runDemo(cli, options))
  withExample(command, 'surefill demo', 'surefill demo --seconds 30 --keep ./demo')
}
