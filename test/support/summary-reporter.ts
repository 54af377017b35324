import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

export interface TestSummary {
  passed: number
  failed: number
  skipped: { test: string; reason: string }[]
}

/** Where the summary goes; without it the reporter stays silent. */
export const SUMMARY_FILE = 'SUREFILL_TEST_SUMMARY'

/** Counts what ran, and gives every skipped test its reason. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const path = process.env[SUMMARY_FILE]
    if (path !== undefined) writeFileSync(path, JSON.stringify(summarise(modules, unhandledErrors.length)))
  }
}

export function summarise(modules: readonly TestModule[], unhandledErrors: number): TestSummary {
  // An error outside every test is a failure of its own: a green count must not hide it.
  const summary: TestSummary = { passed: 0, failed: unhandledErrors, skipped: [] }
  for (const module of modules) {
    // A file that does not load, or whose hooks fail, has no failed test to show for it.
    let brokenOutsideTests = module.errors().length
    for (const suite of module.children.allSuites()) brokenOutsideTests += suite.errors().length
    summary.failed += brokenOutsideTests
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') summary.passed += 1
      else if (state === 'failed') summary.failed += 1
      else
        summary.skipped.push({
          test: `${relative(process.cwd(), module.moduleId)} > ${test.fullName}`,
          reason: reasonOf(test) ?? (brokenOutsideTests > 0 ? 'its file or hook failed' : 'no reason given'),
        })
    }
  }
  return summary
}

function reasonOf(test: TestCase): string | undefined {
  const result = test.result()
  if (result.state === 'skipped' && result.note !== undefined) return result.note
  // What a suite lacks, its tests lack: the runner hands it down.
  return test.meta().lacks
}
