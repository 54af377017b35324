import { posix } from 'node:path'
import type { SourceFile, Violation } from './source-file.ts'

/**
 * Files under `src` that nothing reachable from an entry refers to. A file that only its own test knows is dead too.
 * The page is left out: its own bundler follows its own entry.
 */
export function deadFiles(files: readonly SourceFile[], entries: readonly string[]): Violation[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const waiting = entries.filter((entry) => byPath.has(entry))
  // Before there is an entry nothing can be reachable, and that proves nothing.
  if (waiting.length === 0) return []
  const alive = new Set(waiting)
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    for (const reference of byPath.get(path)?.references ?? []) {
      const target = posix.normalize(posix.join(posix.dirname(path), reference))
      if (!byPath.has(target) || alive.has(target)) continue
      alive.add(target)
      waiting.push(target)
    }
  }
  return [...byPath.keys()]
    .filter((path) => isOurs(path) && !alive.has(path))
    .map((file) => ({ file, line: 1, message: 'nothing that runs refers to this file' }))
}

const isOurs = (path: string): boolean => path.startsWith('src/') && !path.startsWith('src/dashboard/')

/** `main.ts`, the source of everything that package.json offers from `dist`, and the programs that its scripts run. */
export function entriesOf(packageJson: { exports?: unknown; bin?: unknown; scripts?: unknown }): string[] {
  const run = JSON.stringify(packageJson.scripts ?? {}).matchAll(/ ((?:tools|test|bench)\/[^" ]+\.ts)/g)
  const offered = JSON.stringify([packageJson.exports, packageJson.bin]).matchAll(/"(?:\.\/)?dist\/([^"]+?)\.js"/g)
  return ['src/main.ts', ...[...offered].map(([, name]) => `src/${name}.ts`), ...[...run].map(([, path = '']) => path)]
}
