import process from 'node:process'
import { parseArgs } from 'node:util'
import { type Played, playAll } from './play.ts'
import { nameOf } from './scenario.ts'
import { SCENARIOS } from './scenarios.ts'

const USAGE = 'npm run sockets -- [--only PART-OF-A-NAME] [--lanes 3] [--list] [--json]'

/** Ends with 1 when a scenario is red. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      lanes: { type: 'string', default: '3' },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const chosen = SCENARIOS.filter((scenario) => nameOf(scenario).includes(values.only))
  const lanes = Number(values.lanes)
  if (chosen.length === 0 || !Number.isSafeInteger(lanes) || lanes < 1) {
    process.stderr.write(`${USAGE}\n`)
    return 2
  }
  if (values.list) {
    process.stdout.write(`${chosen.map(nameOf).join('\n')}\n`)
    return 0
  }
  const startedAt = performance.now()
  const played = await playAll(
    chosen,
    (one) => process.stdout.write(values.json ? `${JSON.stringify(one)}\n` : lineOf(one)),
    lanes,
  )
  const red = played.filter(({ wrong }) => wrong.length > 0)
  const seconds = Math.round((performance.now() - startedAt) / 1_000)
  const summary = { scenarios: played.length, red: red.length, seconds, names: red.map(({ name }) => name) }
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  return red.length === 0 ? 0 : 1
}

const lineOf = ({ name, wrong, ms }: Played): string =>
  [`${wrong.length === 0 ? 'green' : 'RED  '}  ${name}  ${ms} ms`, ...wrong.map((text) => `         ${text}`), ''].join(
    '\n',
  )

process.exitCode = await main()
