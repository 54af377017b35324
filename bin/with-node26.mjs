// Runs any script of the project on the Node that the daemon runs on: node bin/with-node26.mjs SCRIPT [ARGUMENTS]
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runScript } from './run-script.mjs'

const [script, ...args] = process.argv.slice(2)
if (script === undefined) {
  process.stderr.write('usage: node bin/with-node26.mjs SCRIPT [ARGUMENTS]\n')
  process.exitCode = 2
} else {
  await runScript(fileURLToPath(import.meta.url), resolve(script), args)
}
