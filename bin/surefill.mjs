#!/usr/bin/env node
// The command `surefill`. A checkout runs its sources; an installed package runs what was built, because Node does not
// strip types under node_modules.
import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot, runScript } from './run-script.mjs'

const source = join(packageRoot, 'src', 'main.ts')
const installed = packageRoot.split(sep).includes('node_modules') || !existsSync(source)

await runScript(
  fileURLToPath(import.meta.url),
  installed ? join(packageRoot, 'dist', 'main.js') : source,
  process.argv.slice(2),
)
