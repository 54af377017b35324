import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LONG = 240_000

describe('the package that leaves the repository', () => {
  let folder: string
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` }
  const inFolder = (file: string, ...args: string[]) => run(file, args, { cwd: folder, env })

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'surefill-package-'))
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }))
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: ROOT, env })
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as { filename: string }[]
    await inFolder('npm', 'install', '--prefer-offline', `./${packed?.filename}`)
  }, LONG)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it(
    'trades on paper in an empty folder, and its log verifies',
    async () => {
      const { stdout } = await inFolder(
        join(folder, 'node_modules', '.bin', 'surefill'),
        'demo',
        '--orders',
        '2',
        '--seconds',
        '20',
        '--keep',
        'demo',
      )
      expect(stdout).toMatch(/sent +2 signals/)
      expect(stdout).toMatch(/chain +verified/)
    },
    LONG,
  )

  it(
    'can be imported',
    async () => {
      const script = "import('surefill').then((it) => console.log(typeof it.OrderManager, typeof it.startDaemon))"
      expect((await inFolder(process.execPath, '-e', script)).stdout.trim()).toBe('function function')
    },
    LONG,
  )
})
