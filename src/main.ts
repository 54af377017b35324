import { enableCompileCache } from 'node:module'
import process from 'node:process'

// Everything else is imported after this, so that it comes out of the cache from the second start on; threads too.
process.env.NODE_COMPILE_CACHE ??= enableCompileCache().directory

const [{ runCli }, { processHost }] = await Promise.all([import('./cli/run-cli.ts'), import('./cli/process-host.ts')])

process.exitCode = await runCli(
  process.argv.slice(2),
  processHost({
    startDaemon: async (options) => (await import('./daemon.ts')).startDaemon(options),
    servePaper: async (request) => (await import('./simulator/hosts/paper-server.ts')).servePaper(request),
    serveAlpaca: async (request) => (await import('./simulator/hosts/alpaca-server.ts')).startAlpacaSimulator(request),
    verifyAudit: async (request) => (await import('./wiring/audit-verdict.ts')).auditVerdict(request),
  }),
)
