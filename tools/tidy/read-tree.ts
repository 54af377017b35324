import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { readSource, type SourceFile } from './source-file.ts'

const FOLDERS = ['src', 'test', 'tools', 'bench', 'bin']
const IGNORED = /(?:^|\/)(?:node_modules|dist)\//

/** Every source file of the repository; a folder that is not there holds none. */
export function readTree(root: string): SourceFile[] {
  return FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    globSync(`${folder}/**/*.{ts,tsx,mjs}`, { cwd: root })
      .map((path) => path.split(sep).join('/'))
      .filter((path) => !IGNORED.test(path))
      .sort()
      .map((path) => readSource(path, readFileSync(join(root, path), 'utf8'))),
  )
}
