import { Command, CommanderError } from 'commander'
import { Cli } from './cli.ts'
import { CliFailure, EXIT } from './cli-failure.ts'
import type { CliHost } from './cli-host.ts'
import { COMMANDS } from './commands.ts'
import { packageVersion } from './package-version.ts'
import { wrappedText } from './views/wrapped.ts'

/** Runs one command. A promise of the exit code: nothing that goes wrong comes out as an exception. */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  const cli = new Cli(host)
  // Whoever reads has gone, as `head` does: there is nobody left to tell.
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error
  }
  host.stdout.on('error', onError)
  try {
    await program(cli).parseAsync([...argv], { from: 'user' })
    return cli.exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    const columns = host.isErrorTerminal ? host.columns() : Number.POSITIVE_INFINITY
    const message = wrappedText(`surefill: ${error instanceof Error ? error.message : String(error)}`, columns)
    cli.note(message.replace('surefill:', cli.paintError('bad', 'surefill:')))
    return error instanceof CliFailure ? error.exitCode : EXIT.failed
  }
}

function program(cli: Cli): Command {
  const root = new Command('surefill')
    .description('Turns every trading signal into exactly one broker order, and watches it until its fate is proven.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain, with an example')
    .showHelpAfterError('(add --help for what there is)')
    .showSuggestionAfterError()
    .configureHelp({ helpWidth: Math.min(cli.host.columns(), 100), showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => cli.out(text),
      writeErr: (text) => void cli.host.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, `${cli.paintError('bad', 'surefill:')} `)),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride()
    .enablePositionalOptions()
    .addHelpText('after', HELP)
  for (const add of COMMANDS) add(root, cli)
  return root
}

const HELP = `
Exit codes: 0 done, 1 refused or failed, 2 bad usage or configuration, 3 another daemon holds the store,
4 the daemon cannot be reached.

Example:
  $ surefill start
  $ surefill submit --symbol AAPL --side buy --quantity 1 --wait 10
`
