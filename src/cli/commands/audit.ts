import { basename, dirname, resolve } from 'node:path'
import { type AddCommand, type Cli, withExample } from '../cli.ts'
import { EXIT } from '../cli-failure.ts'
import type { AuditRequest } from '../daemon-port.ts'
import { loadHere } from '../load-here.ts'
import { verdictText } from '../views/verdict-text.ts'

interface VerifyOptions {
  readonly head?: string
  readonly store?: boolean
  readonly config?: string
  readonly json?: boolean
}

export const addAudit: AddCommand = (program, cli) => {
  const audit = program.command('audit').description('the audit log')
  const command = audit
    .command('verify')
    .description('check that no line of the audit log was changed, removed or put in')
    .argument('[file]', 'one file alone; without it, the whole log with its rotated files')
    .option('--head <hash>', 'a hash that was kept: it has to stand in the chain')
    .option('--store', 'also compare the lines with what the store holds')
    .option('--config <file>', 'the configuration that says where the log is (or SUREFILL_CONFIG)')
    .option('--json', 'print JSON')
    .action((file: string | undefined, options: VerifyOptions) => verify(cli, file, options))
  withExample(command, 'surefill audit verify', 'surefill audit verify --head 4f1c… --store')
}

async function verify(cli: Cli, file: string | undefined, options: VerifyOptions): Promise<void> {
  const { host } = cli
  const { head, store = false, json = false } = options
  const loaded = loadHere(cli, options.config)
  const current = loaded.config.audit.path
  const path = resolve(host.cwd, file ?? current)
  if (host.isErrorTerminal && !json) cli.note(`verifying ${file ?? current} …`)
  const request: AuditRequest = {
    path,
    ...(file === undefined ? {} : { only: basename(path) }),
    ...(head === undefined ? {} : { head: head.toLowerCase() }),
    ...(store ? { store: loaded } : {}),
  }
  const verdict = await host.verifyAudit(request)
  // A log that is not there has no line that was changed, and is no proof either.
  const isProof = verdict.ok && verdict.files.length > 0
  if (!isProof) cli.exitCode = EXIT.failed
  if (json) return cli.json(JSON.stringify(verdict))
  cli.out(verdictText(verdict, dirname(file ?? current), { time: cli.time, paint: cli.paint, columns: host.columns() }))
}
