import { posix } from 'node:path'
import type { SourceFile } from '../tidy/source-file.ts'

/**
 * The tests to run for a changed file, the quickest way to an answer first: those that import it themselves, then all
 * that reach it through something else.
 */
export function relatedTests(file: string, tree: readonly SourceFile[]): { near: string[]; all: string[] } {
  const importers = new Map<string, string[]>()
  for (const { path, imports } of tree) {
    for (const { specifier } of imports) {
      const target = posix.normalize(posix.join(posix.dirname(path), specifier))
      importers.set(target, [...(importers.get(target) ?? []), path])
    }
  }
  const reached = new Set([file])
  for (const path of reached) for (const importer of importers.get(path) ?? []) reached.add(importer)
  const isTest = (path: string): boolean => path.startsWith('test/core/') && path.endsWith('.test.ts')
  return { near: (importers.get(file) ?? []).filter(isTest), all: [...reached].filter(isTest) }
}
