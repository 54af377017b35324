import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ScratchProject } from '../support/scratch-project.ts'

/** Notes what it was called with, and says `output`. */
const stub = (name: string, output = ''): string =>
  `#!/bin/sh\necho "${name} $* CI=$CI" >> "$CALLS"\n${output === '' ? '' : `echo '${output}'\n`}`

/** A machine with a shell, and of everything else only what is named. */
function machine(programs: readonly string[], npm = stub('npm', '3 passed, 0 failed, 0 skipped')) {
  const project = new ScratchProject().copy('.ci').write('calls', '')
  for (const tool of ['bash', 'env', 'dirname', 'timeout']) symlinkSync(`/usr/bin/${tool}`, join(project.root, tool))
  for (const name of programs) project.write(name, stub(name), 0o755)
  project.write('npm', npm, 0o755).write('apt-get', stub('apt-get', 'chatter'), 0o755)
  project.write('sudo', '#!/bin/sh\nexec "$@"\n', 0o755)
  return {
    async run(env: NodeJS.ProcessEnv = {}) {
      const shell = `import { spawnSync } from 'node:child_process'
        process.exitCode = spawnSync('.ci/run', { stdio: 'inherit' }).status ?? 1`
      const { code, stdout } = await project.run(['--input-type=module', '-e', shell], {
        CI: undefined,
        ...env,
        PATH: project.root,
        CALLS: join(project.root, 'calls'),
      })
      return { code, stdout, calls: project.read('calls').trim().split('\n') }
    },
  }
}
const EVERYTHING = ['chromium', 'postgres', 'rabbitmq-server', 'strace']

describe('.ci/run', () => {
  it('installs, tests, and closes with the line of the tests', async () => {
    const { code, stdout, calls } = await machine(EVERYTHING).run()
    expect(calls).toEqual(['npm ci CI=true', 'npm test CI=true'])
    expect(stdout).toBe('3 passed, 0 failed, 0 skipped\n')
    expect(code).toBe(0)
  })
  it('passes on what CI it was told', async () => {
    expect((await machine(EVERYTHING).run({ CI: '1' })).calls).toEqual(['npm ci CI=1', 'npm test CI=1'])
  })
  it('installs a browser where there is none, without a word on standard output', async () => {
    const { stdout, calls } = await machine(EVERYTHING.slice(1)).run()
    expect(calls.slice(0, 2)).toEqual([
      'apt-get update -q CI=true',
      'apt-get install -qy --no-install-recommends chromium CI=true',
    ])
    expect(stdout).toBe('3 passed, 0 failed, 0 skipped\n')
  })
  it('fails when the tests fail, and tests nothing when the install fails', async () => {
    const failing = (word: string) => `${stub('npm')}[ "$1" != ${word} ]\n`
    expect((await machine(EVERYTHING, failing('test')).run()).code).toBe(1)
    const broken = await machine(EVERYTHING, failing('ci')).run()
    expect(broken).toMatchObject({ code: 1, calls: ['npm ci CI=true'] })
  })
})
