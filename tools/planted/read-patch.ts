/**
 * A planted bug: a patch with a few lines of its own above the diff.
 *
 *     Disaster: which one of the trade's history it repeats
 *     Instrument: simulation | kill | kill points | models | tests
 *     Command: arguments of the Node that runs us, what must fail
 *     Expect: what the failure must say, usually an invariant
 *     Survives-tests: yes, when the ordinary tests do not notice it
 */
export interface PlantedBug {
  readonly name: string
  readonly path: string
  readonly disaster: string
  readonly instrument: string
  readonly command: readonly string[]
  readonly expect: string
  readonly survivesTests: boolean
  readonly changedLines: number
}

export const MOST_LINES = 10

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
  return {
    name: path.replace(/^.*\//, '').replace(/\.patch$/, ''),
    path,
    disaster: field('Disaster'),
    instrument: field('Instrument'),
    command: field('Command').split(' '),
    expect: field('Expect'),
    survivesTests: field('Survives-tests') === 'yes',
    changedLines: Math.max(count('+'), count('-')),
  }
}
