import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { type Outcome, outcomeOf, ScratchProject } from '../support/scratch-project.ts'

/** Makes the Node that reads the launcher say it is an older one. */
const OLD_NODE = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.1' } })",
  )}`,
}
/** Stands in for the binary in node_modules: the real Node again, with its own version. */
const FOUND_NODE = `#!/bin/sh\nunset NODE_OPTIONS\nexec '${process.execPath}' "$@"\n`

const ANSWER = `
console.log(JSON.stringify({ args: process.argv.slice(2), script: process.argv[1], parent: process.ppid }))
process.exitCode = 7
`
const WAIT = `
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => { console.log('got ' + signal); process.exit(5) })
setInterval(() => {}, 1000)
console.log('pid ' + process.pid)
`

const checkout = (script: string): ScratchProject => new ScratchProject().copy('bin').write('src/main.ts', script)
const withNodePackage = (project: ScratchProject, folder = '', version = '26.1.0'): ScratchProject =>
  project
    .write(`${folder}node_modules/node/package.json`, JSON.stringify({ version }))
    .write(`${folder}node_modules/node/bin/node`, FOUND_NODE, 0o755)
const answerOf = (outcome: Outcome) => JSON.parse(outcome.stdout)

describe('the launcher on a new enough Node', () => {
  it('runs the sources of a checkout in its own process, with the arguments and the exit code', async () => {
    const project = checkout(ANSWER)
    const outcome = await project.run(['bin/surefill.mjs', 'order', '--json'])
    expect(outcome.code).toBe(7)
    expect(answerOf(outcome)).toMatchObject({ args: ['order', '--json'], parent: process.pid })
  })

  it('runs what was built when the package is installed', async () => {
    const project = new ScratchProject()
      .copy('bin')
      .write('package.json', '{"type":"module"}')
      .write('dist/main.js', ANSWER)
    expect(answerOf(await project.run(['bin/surefill.mjs'])).script).toMatch(/dist.main\.js$/)
  })

  it('runs what was built under node_modules even when sources lie beside it', async () => {
    const project = new ScratchProject()
    const installed = 'node_modules/surefill'
    project.copy('bin').write(`${installed}/package.json`, '{"type":"module"}')
    for (const file of ['surefill.mjs', 'run-script.mjs', 'find-node.mjs']) {
      project.write(`${installed}/bin/${file}`, project.read(`bin/${file}`))
    }
    project.write(`${installed}/src/main.ts`, 'throw new Error()').write(`${installed}/dist/main.js`, ANSWER)
    expect((await project.run([`${installed}/bin/surefill.mjs`])).code).toBe(7)
  })
})

describe('the launcher on an older Node', () => {
  it('starts the Node in node_modules and ends as it ended', async () => {
    const project = withNodePackage(checkout(ANSWER))
    const outcome = await project.run(['bin/surefill.mjs', 'a b', '--', '-x'], OLD_NODE)
    expect(outcome.code).toBe(7)
    expect(answerOf(outcome).args).toEqual(['a b', '--', '-x'])
    expect(answerOf(outcome).parent).not.toBe(process.pid)
  })

  it('finds the Node of the project it is installed in', async () => {
    const project = new ScratchProject()
    withNodePackage(project).copy('bin').write('node_modules/surefill/package.json', '{"type":"module"}')
    for (const file of ['surefill.mjs', 'run-script.mjs', 'find-node.mjs']) {
      project.write(`node_modules/surefill/bin/${file}`, project.read(`bin/${file}`))
    }
    project.write('node_modules/surefill/dist/main.js', ANSWER)
    expect((await project.run(['node_modules/surefill/bin/surefill.mjs'], OLD_NODE)).code).toBe(7)
  })

  it('runs any script of the project the same way', async () => {
    const project = withNodePackage(checkout(ANSWER)).write('tools/a.ts', ANSWER)
    const outcome = await project.run(['bin/with-node26.mjs', 'tools/a.ts', '--all'], OLD_NODE)
    expect(outcome.code).toBe(7)
    expect(answerOf(outcome).args).toEqual(['--all'])
  })

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('passes %s on and waits for the end', async (signal) => {
    const project = withNodePackage(checkout(WAIT))
    const launcher = project.start(['bin/surefill.mjs'], OLD_NODE)
    const outcome = outcomeOf(launcher)
    await once(launcher.stdout, 'data')
    launcher.kill(signal)
    expect(await outcome).toMatchObject({ code: 5, stdout: expect.stringContaining(`got ${signal}`) })
  })

  it('dies of the signal its child died of', async () => {
    const project = withNodePackage(checkout("process.kill(process.pid, 'SIGKILL')"))
    expect(await project.run(['bin/surefill.mjs'], OLD_NODE)).toMatchObject({ code: null, signal: 'SIGKILL' })
  })

  it('leaves no daemon behind when it is killed without a chance to say so', async () => {
    const project = withNodePackage(checkout(WAIT))
    const launcher = project.start(['bin/surefill.mjs'], OLD_NODE)
    const outcome = outcomeOf(launcher)
    await once(launcher.stdout, 'data')
    launcher.kill('SIGKILL')
    // The pipe closes only when the child, who shares it, has gone as well.
    expect(await outcome).toMatchObject({ signal: 'SIGKILL', stdout: expect.stringContaining('got SIGTERM') })
  })
})

describe('the launcher without a Node it can use says in one line', () => {
  it.each<[string, string, (project: ScratchProject) => ScratchProject]>([
    ['to run npm ci in a checkout', 'run "npm ci"', (project) => project.write('package-lock.json', '{}')],
    [
      'to rebuild it when install scripts were skipped',
      'run "npm rebuild node"',
      (project) => project.write('node_modules/node/package.json', '{"version":"26.1.0"}'),
    ],
    ['to install it elsewhere', 'run "npm install node@26"', (project) => project],
    ['to install it when another is there', 'npm install', (project) => withNodePackage(project, '', '22.0.0')],
    [
      'to rebuild it when the binary does not run here',
      'run "npm rebuild node"',
      (project) => withNodePackage(project).write('node_modules/node/bin/node', 'nothing', 0o644),
    ],
    [
      'that the binary is not what its package says',
      'run "npm ci"',
      (project) =>
        withNodePackage(project).write(
          'node_modules/node/bin/node',
          `#!/bin/sh\nexec '${process.execPath}' "$@"\n`,
          0o755,
        ),
    ],
  ])('%s', async (_, advice, prepare) => {
    const project = prepare(checkout(ANSWER))
    const { code, stdout, stderr } = await project.run(['bin/surefill.mjs', 'start'], OLD_NODE)
    expect(stderr).toMatch(/^[^\n]+\n$/)
    expect(stderr).toContain(advice)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })
})
