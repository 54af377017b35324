import type { Outcome } from '../run-scenario.ts'

const LINES = 60
/** A line that names more is about a list, not about an order. */
const MOST_IDS = 5
const ID = /sf-[a-z0-9]+|[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|s\d+-\d+/g

/** The first promise broken, the last lines about its order, and how to see it again. */
export function failureReport({ seed, violations, trace, virtualMs }: Outcome, command: string): string {
  const [first = ''] = violations
  return [
    `seed ${seed} breaks a promise after ${Math.round(virtualMs)} ms:`,
    ...violations.slice(0, 20),
    '',
    `the last lines about it:`,
    ...linesAbout(first, trace),
    '',
    `again: ${command}`,
  ].join('\n')
}

/** Lines that name the order, by any of the ids that stand together with the one in the violation. */
function linesAbout(violation: string, trace: readonly string[]): readonly string[] {
  const ids = new Set(violation.match(ID) ?? [])
  if (ids.size === 0) return trace.slice(-LINES).map(short)
  for (const line of trace) {
    const named = line.match(ID) ?? []
    if (new Set(named).size <= MOST_IDS && named.some((id) => ids.has(id))) for (const id of named) ids.add(id)
  }
  const about = trace.filter((line) => {
    if (GLOBAL.test(line)) return true
    const named = line.match(ID) ?? []
    return new Set(named).size <= MOST_IDS && named.some((id) => ids.has(id))
  })
  return about.slice(-LINES).map(short)
}
const GLOBAL = /^[\d.]+ (life|action|clock|phase) /
const MOST_CHARS = 600
const short = (line: string): string => (line.length > MOST_CHARS ? `${line.slice(0, MOST_CHARS)}…` : line)
