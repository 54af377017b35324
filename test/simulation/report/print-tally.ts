import { CATALOGUE } from '../faults/catalogue.ts'
import { isMet, RARE_STATES, type Requirement } from './requirements.ts'
import { medianExchanges, type Tally } from './tally.ts'

/** For the eye: what was drawn, what came of it, and in which states orders were hit. */
export function tallyText(tally: Tally, owed: readonly Requirement[]): string {
  const lines = ['fault    drawn  effective  what, and the states of the orders it hit']
  for (const [fault, { words }] of CATALOGUE) {
    const { drawn, effective, states } = tally.faults[fault] ?? { drawn: 0, effective: 0, states: {} }
    const hit = Object.entries(states).sort(([, a], [, b]) => b - a)
    const where = hit.map(([state, times]) => `${state} ${times}`).join(', ')
    lines.push(`${fault.padEnd(6)}${pad(drawn, 8)}${pad(effective, 11)}  ${words}${where === '' ? '' : `: ${where}`}`)
  }
  lines.push('', 'rare states')
  for (const [name, { words }] of Object.entries(RARE_STATES))
    lines.push(`${name.padEnd(6)}${pad(tally.sometimes[name] ?? 0, 8)}  ${words}`)
  lines.push('', 'judged by the checkers, and what they had to do without')
  for (const [name, { guards, judged, lacked }] of Object.entries(tally.checks)) {
    const missing = counts(lacked)
    lines.push(`${pad(judged, 12)}  ${guards.padEnd(5)} ${name}${missing === '' ? '' : `; lacked ${missing}`}`)
  }
  lines.push('', `crashes: ${counts(tally.crashesAt)}`, `orders: ${counts(tally.byStatus)}`)
  lines.push(`contended: ${tally.contendedOrders} of ${tally.orders}; median exchanges: ${medianExchanges(tally)}`)
  const missed = owed.filter((requirement) => !isMet(requirement))
  for (const { name, words, seen, owed: due } of missed)
    lines.push(`unmet: ${name} (${words}) was seen ${seen} times, ${due} are owed`)
  return lines.join('\n')
}

const pad = (value: number, width: number): string => String(value).padStart(width)
const counts = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .sort(([, a], [, b]) => b - a)
    .map(([name, times]) => `${name} ${times}`)
    .join(', ')
