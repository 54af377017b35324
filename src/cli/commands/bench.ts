import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { type AddCommand, type Cli, withExample } from '../cli.ts'
import { CliFailure, EXIT } from '../cli-failure.ts'
import { packageRoot } from '../package-version.ts'

export const addBench: AddCommand = (program, cli) => {
  const command = program
    .command('bench')
    .description('measure this machine against the limit, row by row (in a checkout)')
    .argument('[options...]', 'for bench/run.ts, such as --rows P1,P2 --quick')
    .allowUnknownOption()
    .passThroughOptions()
    .action((options: readonly string[]) => bench(cli, options))
  withExample(command, 'surefill bench --quick', 'surefill bench --rows P1,P2')
}

async function bench(cli: Cli, options: readonly string[]): Promise<void> {
  const script = join(packageRoot, 'bench', 'run.ts')
  if (!existsSync(script)) {
    throw new CliFailure(
      EXIT.failed,
      'The benchmark is not part of the package: in a checkout of the repository, run "npm run bench".',
    )
  }
  const child = spawn(process.execPath, [script, ...options], { stdio: 'inherit', cwd: packageRoot })
  const [code] = await once(child, 'exit')
  cli.exitCode = typeof code === 'number' ? code : EXIT.failed
}
