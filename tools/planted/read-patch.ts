import { readFileSync, writeFileSync } from 'node:fs'

/**
 * A planted bug: a patch with a few lines of its own above the diff.
 *
 *     Disaster: which one of the trade's history it repeats
 *     Instrument: simulation | kill | kill points | models | tests
 *     Command: arguments of the Node that runs us, what must fail
 *     Expect: what the failure must say, usually an invariant
 *     Survives-tests: yes, when `--verify-survival` saw that none of the ordinary tests notices it; no, and where it is
 *       known which do; a bare no says only that nobody has seen it survive
 */
export interface PlantedBug {
  readonly name: string
  readonly path: string
  readonly disaster: string
  readonly instrument: string
  readonly command: readonly string[]
  readonly expect: string
  readonly survivesTests: boolean
  /** Histories within which the simulation has to catch it. */
  readonly budget?: number
  readonly changedLines: number
}

export const MOST_LINES = 10
const SURVIVES = /^Survives-tests: .+$/m

export function readPatch(path: string, text: string): PlantedBug {
  const [head = '', ...diff] = text.split(/^(?=diff --git )/m)
  const field = (name: string): string => {
    const found = new RegExp(`^${name}: (.+)$`, 'm').exec(head)?.[1]
    if (found === undefined) throw new Error(`${path} has no line "${name}: …" above its diff`)
    return found.trim()
  }
  const lines = diff.join('').split('\n')
  const count = (sign: '+' | '-'): number =>
    lines.filter((line) => line.startsWith(sign) && !line.startsWith(sign.repeat(3))).length
  const command = field('Command').split(' ')
  const budget = budgetOf(command)
  return {
    name: path.replace(/^.*\//, '').replace(/\.patch$/, ''),
    path,
    disaster: field('Disaster'),
    instrument: field('Instrument'),
    command,
    expect: field('Expect'),
    survivesTests: field('Survives-tests') === 'yes',
    ...(budget === undefined ? {} : { budget }),
    changedLines: Math.max(count('+'), count('-')),
  }
}

function budgetOf(command: readonly string[]): number | undefined {
  const [first, last] = command[command.indexOf('--seeds') + 1]?.split('..').map(Number) ?? []
  return first === undefined || last === undefined ? undefined : last - first + 1
}

/** Writes above the patch what the ordinary tests made of it. */
export function recordSurvival({ path }: PlantedBug, noticedBy: readonly string[]): void {
  const told = noticedBy.length === 0 ? 'yes' : `no, ${noticedBy.join(', ')}`
  writeFileSync(path, readFileSync(path, 'utf8').replace(SURVIVES, `Survives-tests: ${told}`))
}
