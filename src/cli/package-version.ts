import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rowOf, textIn } from './row.ts'

/** `src/cli` in a checkout, `dist/cli` in a package: two floors above either. */
export const packageRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

export function packageVersion(): string {
  return textIn(rowOf(JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))), 'version') ?? 'unknown'
}
