/**
 * `npm run build`: writes `dist/`, which is what leaves the repository, because Node strips no types under node_modules.
 * Guarantees: `dist/` holds exactly what the sources give now; nothing is left of an earlier build.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const DIST = 'dist'
/** The page is built by its own bundler; its finished files are taken as they are. */
const PAGE = join('src', 'dashboard')
const BUILT_PAGE = join(PAGE, 'dist')

rmSync(DIST, { recursive: true, force: true })
const compiled = compile()
if (!compiled) rmSync(DIST, { recursive: true, force: true })
else {
  copyData()
  renameLoadedFiles()
  if (existsSync(BUILT_PAGE)) cpSync(BUILT_PAGE, join(DIST, 'dashboard'), { recursive: true })
}
process.exitCode = compiled ? 0 : 1

function compile(): boolean {
  const compiler = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']
  return spawnSync(process.execPath, compiler, { stdio: 'inherit' }).status === 0
}

/** Tables, SQL, templates: what the sources read at run time beside themselves. */
function copyData(): void {
  for (const path of globSync('src/**/*.*')) {
    if (/\.(?:ts|tsx|md)$/.test(path) || !relative(PAGE, path).startsWith('..')) continue
    const target = join(DIST, relative('src', path))
    mkdirSync(dirname(target), { recursive: true })
    cpSync(path, target)
  }
}

/** The compiler renames what is imported; workers are loaded by address, which it leaves alone. */
function renameLoadedFiles(): void {
  const address = /(new URL\(\s*(['"])\.{1,2}\/[^'"]+)\.ts(\2,\s*import\.meta\.url)/g
  for (const path of globSync(`${DIST}/**/*.js`)) {
    const text = readFileSync(path, 'utf8')
    const renamed = text.replace(address, '$1.js$3')
    if (renamed !== text) writeFileSync(path, renamed)
  }
}
