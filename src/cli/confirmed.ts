import type { Cli } from './cli.ts'
import { plainText } from './text/plain-text.ts'

/** Asks a person. Anything but a clear yes is a no. */
export async function confirmed(cli: Cli, question: string): Promise<boolean> {
  cli.host.stderr.write(`${plainText(question)} [y/N] `)
  for await (const piece of cli.host.stdin) return /^\s*y(es)?\s*$/i.test(String(piece))
  return false
}
