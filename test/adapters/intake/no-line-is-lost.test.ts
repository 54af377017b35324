import { copyFileSync, existsSync, renameSync, truncateSync } from 'node:fs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { signalLine } from './admission-at-hand.ts'
import { FollowedFolder } from './followed-folder.ts'

type Step = 'write' | 'write a part' | 'look' | 'rotate' | 'copy and cut' | 'restart' | 'crash' | 'postpone'
const STEPS = fc.array(
  fc.constantFrom<Step>('write', 'write a part', 'look', 'rotate', 'copy and cut', 'restart', 'crash', 'postpone'),
  { maxLength: 40 },
)

/** Writes whole lines, and lines in two parts, and puts its file aside between lines, once between two looks. */
class Writer {
  readonly ids: string[] = []
  readonly #folder: FollowedFolder
  #rest = ''
  #rotations = 0
  mayRotate = false

  constructor(folder: FollowedFolder) {
    this.#folder = folder
  }
  line(): void {
    this.finish()
    this.part()
    this.finish()
  }
  part(): void {
    this.finish()
    const id = `s${this.ids.length}`
    this.ids.push(id)
    const text = `${signalLine(id)}\n`
    const cut = (this.ids.length * 17) % text.length
    this.#folder.append(text.slice(0, cut))
    this.#rest = text.slice(cut)
  }
  finish(): void {
    if (this.#rest !== '') this.#folder.append(this.#rest)
    this.#rest = ''
  }
  rotate(): void {
    this.finish()
    if (!this.mayRotate || !existsSync(this.#folder.path)) return
    this.#rotations += 1
    renameSync(this.#folder.path, `${this.#folder.path}.${this.#rotations}`)
    this.mayRotate = false
  }
  copyAndCut(): void {
    if (!existsSync(this.#folder.path)) return
    this.#rotations += 1
    copyFileSync(this.#folder.path, `${this.#folder.path}.${this.#rotations}`)
    truncateSync(this.#folder.path, 0)
    this.mayRotate = false
  }
}

async function take(folder: FollowedFolder, writer: Writer, step: Step): Promise<void> {
  switch (step) {
    case 'write':
      return writer.line()
    case 'write a part':
      return writer.part()
    case 'look':
      await folder.look()
      // A file is let go once its successor holds something, so only then may the next one be put aside.
      writer.mayRotate = folder.hasMovedOn
      return
    case 'rotate':
      return writer.rotate()
    case 'copy and cut':
      writer.finish()
      await folder.look()
      await folder.look()
      return folder.hasMovedOn ? writer.copyAndCut() : undefined
    case 'restart':
      await folder.stop()
      return folder.follow()
    case 'crash':
      await folder.crash()
      writer.mayRotate = false
      return folder.follow()
    case 'postpone': {
      folder.desk.instead.push({ kind: 'unavailable', reason: 'the store is not available' })
      writer.line()
      await folder.time.ring('intake.poll')
      await folder.time.ring('intake.retry')
      await folder.time.until('intake.poll')
    }
  }
}

it('whatever happens to the file and to whoever follows it, each line becomes one order, in order', async () => {
  await fc.assert(
    fc.asyncProperty(STEPS, async (steps) => {
      const folder = new FollowedFolder()
      const writer = new Writer(folder)
      await folder.follow()
      for (const step of steps) await take(folder, writer, step)
      writer.finish()
      for (let looks = 0; looks < 3; looks += 1) await folder.look()
      await folder.stop()
      expect(folder.desk.orders).toEqual(writer.ids)
    }),
    {
      numRuns: 100,
      examples: [
        [['write', 'look', 'write', 'rotate', 'crash']],
        [['write', 'look', 'rotate', 'write a part', 'look', 'write', 'rotate', 'crash', 'write']],
      ],
    },
  )
})
