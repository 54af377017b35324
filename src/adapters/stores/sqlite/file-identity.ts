import { statSync } from 'node:fs'

/**
 * Tells whether the database and its log are still the files that were opened. One that was removed or replaced takes
 * writes without a complaint, and the next start finds none of them.
 */
export function fileIdentity(path: string): () => boolean {
  const files = [path, `${path}-wal`].map((name) => ({ name, opened: inodeOf(name) }))
  return () => files.every(({ name, opened }) => opened !== undefined && inodeOf(name) === opened)
}

function inodeOf(name: string): string | undefined {
  const stat = statSync(name, { throwIfNoEntry: false })
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`
}
