import { CHECKERS, LIES, live, misjudged } from './liars/run-lies.ts'

/** Every checker is shown an honest daemon, which it must believe, and one that breaks its rule, which it must not. */
function runLiars(): number {
  const honest = [...live().failed].map(([name, text]) => `${name} does not believe an honest daemon: ${text}`)
  const unlied = CHECKERS.filter((name) => !LIES.some(({ checker }) => checker === name))
  const problems = [...honest, ...unlied.map((name) => `nobody lies to ${name}`)]
  let caught = 0
  for (const lie of LIES) {
    const wrong = misjudged(lie, live(lie))
    if (wrong.length === 0) caught += 1
    problems.push(...wrong)
  }
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  process.stdout.write(`${CHECKERS.length} checkers, ${LIES.length} lies, ${caught} caught\n`)
  return problems.length === 0 ? 0 : 1
}

process.exitCode = runLiars()
