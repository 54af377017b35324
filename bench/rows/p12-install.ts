import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runToEnd } from '../child.ts'
import { atMost, figureLine, type Row } from '../line.ts'
import { median } from '../measure/stats.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What someone waits for who installs the product, and what it leaves on his disk. */
export const install: Row = {
  id: 'P12',
  measure: async (bench) => {
    const dir = bench.folder()
    const seconds: number[] = []
    let bytes = 0
    // The first one fills the cache of npm and is not counted.
    for (let round = 0; round <= bench.options.rounds; round += 1) {
      const folder = mkdtempSync(join(dir, 'install-'))
      const took = await installInto(folder)
      if (round > 0) seconds.push(took)
      bytes = sizeOf(join(folder, 'node_modules'))
      refuseCompiled(join(folder, 'node_modules'))
      rmSync(folder, { recursive: true, force: true })
    }
    const time = { row: 'P12', what: 'npm ci for production, warm cache', unit: 's', goal: atMost(10, 's') }
    const size = { row: 'P12', what: 'its size', unit: 'MB', goal: atMost(90, 'MB') }
    return [figureLine(time, median(seconds)), figureLine(size, bytes / 1e6)]
  },
}

async function installInto(folder: string): Promise<number> {
  const { workspaces = [] }: { workspaces?: string[] } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const files = ['package.json', 'package-lock.json', '.npmrc', ...workspaces.map((one) => join(one, 'package.json'))]
  for (const file of files.filter((one) => existsSync(join(ROOT, one)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    copyFileSync(join(ROOT, file), join(folder, file))
  }
  const begun = performance.now()
  await runToEnd({
    command: 'npm',
    args: ['ci', '--omit=dev', '--prefer-offline'],
    log: join(folder, 'npm.log'),
    cwd: folder,
  })
  return (performance.now() - begun) / 1_000
}

function sizeOf(folder: string): number {
  return filesUnder(folder).reduce((sum, file) => sum + statSync(file).size, 0)
}
function refuseCompiled(folder: string): void {
  const built = filesUnder(folder).find((file) => file.endsWith('binding.gyp'))
  if (built !== undefined) throw new Error(`a production module is compiled on installation: ${built}`)
}
function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
