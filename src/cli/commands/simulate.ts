import type { AddCommand } from '../cli.ts'
import { addSimulateAlpaca } from './simulate/alpaca.ts'
import { addSimulatePaper } from './simulate/paper.ts'

export const addSimulate: AddCommand = (program, cli) => {
  const command = program
    .command('simulate')
    .description('run a simulated venue in a process of its own, for a daemon or for any other client')
  addSimulatePaper(command, cli)
  addSimulateAlpaca(command, cli)
}
