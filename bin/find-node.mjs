// Finds a Node that can run the product. Plain JavaScript for Node 20 and newer, because an older Node reads it.
// Guarantees: never downloads or installs anything; a missing runtime is told in one line with the command that helps.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const NEEDED_MAJOR = 26

const majorOf = (version) => Number.parseInt(version, 10)

/** Every folder from `start` to the root of the file system, nearest first. */
function* upwardFrom(start) {
  let folder = start
  while (true) {
    yield folder
    const parent = dirname(folder)
    if (parent === folder) return
    folder = parent
  }
}

function versionOf(nodePackage) {
  try {
    return JSON.parse(readFileSync(join(nodePackage, 'package.json'), 'utf8')).version
  } catch {
    return undefined
  }
}

/** `{ kind: 'running' }`, `{ kind: 'found', path }` or `{ kind: 'missing', advice }`. */
export function findNode(packageRoot, runningVersion, platform = process.platform) {
  if (majorOf(runningVersion) >= NEEDED_MAJOR) return { kind: 'running' }
  const binary = platform === 'win32' ? 'node.exe' : 'node'
  let withoutBinary = false
  for (const folder of upwardFrom(packageRoot)) {
    const nodePackage = join(folder, 'node_modules', 'node')
    if (!(majorOf(versionOf(nodePackage)) >= NEEDED_MAJOR)) continue
    const path = join(nodePackage, 'bin', binary)
    if (existsSync(path)) return { kind: 'found', path }
    withoutBinary = true
  }
  return { kind: 'missing', advice: `surefill needs Node ${NEEDED_MAJOR}, this is ${runningVersion}: ${cure()}` }

  function cure() {
    if (withoutBinary) return 'run "npm rebuild node" (install scripts were skipped, so its binary is missing)'
    if (existsSync(join(packageRoot, 'package-lock.json'))) return 'run "npm ci"'
    return `run "npm install node@${NEEDED_MAJOR}" beside it, or install Node ${NEEDED_MAJOR} from https://nodejs.org`
  }
}
