import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const OWNER_FILE = 0o600
const OWNER_FOLDER = 0o700

/**
 * The store's file, made if it is not there; its log and lock follow its mode. Only its owner may read it, and a folder
 * that was made for it is the owner's alone. The answer is the one name of the file, whatever links lead to it.
 */
export function prepareStoreFile(path: string): string {
  const made = mkdirSync(dirname(path), { recursive: true, mode: OWNER_FOLDER })
  // SQLite syncs the folder of its files; the entry of a new folder in its own parent is ours to sync.
  if (made !== undefined) syncFolder(dirname(made))
  const real = join(realpathSync(dirname(path)), basename(path))
  for (const name of [real, `${real}.lock`]) {
    closeSync(openSync(name, 'a', OWNER_FILE))
    chmodSync(name, OWNER_FILE)
  }
  return realpathSync(real)
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
