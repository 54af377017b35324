import { anchorHolds, type FilePosition } from './file-position.ts'
import { FollowedFile, siblingsOf } from './followed-file.ts'

export interface Place {
  readonly file: FollowedFile
  /** Where the file stands in for the one of the stored position; `undefined` when it does not. */
  readonly position?: FilePosition
}

const MOST_SIBLINGS = 64

/**
 * The file in which to go on: the one that begins as it was left, under its own name or, when it was rotated away
 * meanwhile, under another. Identity alone proves nothing, since inodes are used again and devices are renumbered; but
 * where no line had been taken it is all there is.
 */
export async function findPlace(path: string, stored: FilePosition | undefined): Promise<Place | undefined> {
  if (stored === undefined) return beginning(path)
  const rotated = (await siblingsOf(path)).filter((name) => !name.endsWith(REJECTED))
  const paths = [path, ...rotated.slice(0, MOST_SIBLINGS)]
  const tests = [isSameFile, ...(stored.anchor.length === 0 ? [] : [() => true])]
  for (const test of tests) {
    for (const candidate of paths) {
      const file = await openReadable(candidate, path)
      if (file === undefined) continue
      const isIt = test(file, stored) && (await isAsLeft(file, stored).catch(() => false))
      if (isIt) return { file, position: { ...stored, identity: file.identity } }
      await file.close()
    }
  }
  return beginning(path)
}

const REJECTED = '.rejected'
export const rejectedPathOf = (path: string): string => `${path}${REJECTED}`

async function beginning(path: string): Promise<Place | undefined> {
  const file = await FollowedFile.open(path)
  return file === undefined ? undefined : { file }
}

/** What else lies in the folder is not ours to complain about. */
async function openReadable(candidate: string, path: string): Promise<FollowedFile | undefined> {
  if (candidate === path) return FollowedFile.open(path)
  return FollowedFile.open(candidate).catch(() => undefined)
}

const isSameFile = (file: FollowedFile, { identity }: FilePosition): boolean => file.identity === identity

async function isAsLeft(file: FollowedFile, { offset, anchor }: FilePosition): Promise<boolean> {
  const { size } = await file.facts()
  return size >= offset && anchorHolds(anchor, await file.read(offset - anchor.length, anchor.length))
}
