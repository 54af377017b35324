/**
 * `npm test`: types and lint, then every test this machine can run; `npm test -- PATHS` runs those tests alone.
 * Guarantees: the last line is `N passed, N failed, N skipped`; every skip is named with its reason; under CI a skip
 * fails the run, because there nothing may go untested unnoticed.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SUMMARY_FILE, type TestSummary } from '../test/support/summary-reporter.ts'
import { LINT, runSteps, TYPES } from './run-steps.ts'

const args = process.argv.slice(2)
const isCi = !['', '0', 'false'].includes(process.env.CI ?? '')

const checks = args.length === 0 ? await runSteps([TYPES, LINT]) : { failed: 0 }
const { code, summary } = await runTests(args)

for (const { test, reason } of summary.skipped) console.log(`skipped: ${test} (${reason})`)
if (isCi && summary.skipped.length > 0) console.log('CI: every test must run, so the skips above are a failure')
const brokeWithoutCount = code !== 0 && summary.failed === 0 ? 1 : 0
const failed = summary.failed + checks.failed + brokeWithoutCount
console.log(`${summary.passed} passed, ${failed} failed, ${summary.skipped.length} skipped`)
process.exitCode = failed > 0 || (isCi && summary.skipped.length > 0) ? 1 : 0

async function runTests(filters: readonly string[]): Promise<{ code: number; summary: TestSummary }> {
  const folder = mkdtempSync(join(tmpdir(), 'surefill-tests-'))
  const path = join(folder, 'summary.json')
  const reporters = ['--reporter=default', '--reporter=./test/support/summary-reporter.ts']
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...filters], {
    stdio: 'inherit',
    env: { ...process.env, [SUMMARY_FILE]: path },
  })
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (exit) => resolve(exit ?? 1))
  })
  const summary = readSummary(path)
  rmSync(folder, { recursive: true })
  return { code, summary }
}

/** A run that died before its end left no summary; then nothing is known to have passed. */
function readSummary(path: string): TestSummary {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { passed: 0, failed: 0, skipped: [] }
  }
}
