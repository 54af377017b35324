import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { type Random, seededRandom } from '../../src/simulator/seeded-random.ts'
import { PaperVenueProcess } from '../daemon/paper-venue-process.ts'
import { DaemonProcess } from '../support/daemon-process.ts'
import { VENUE_OPTIONS, withVenue } from './random-kills.ts'
import { Trader } from './trader.ts'

/** Database and log as a crash leaves them, taken from a daemon under load. */
interface Image {
  readonly main: Buffer
  readonly log: Buffer
  /** How many events it holds as it is. */
  readonly events: number
  /** Frames that a checkpoint may have copied: they were synced long before, and no crash harms them. */
  readonly settled: number
  /** Signals that were answered before the image was taken. */
  readonly answered: readonly string[]
}
export interface ImagesOpened {
  readonly images: number
  /** Of them, how many gave back less than was written: the damage that was done was damage. */
  readonly shortened: number
  readonly events: number
  readonly violations: readonly string[]
}

const SHOT_EVERY_MS = 250
const FRAME = 24 + 4_096
const HEADER = 32
/** Where SQLite's index of the log says how many frames the last checkpoint set out to copy. */
const BACKFILL_ATTEMPTED = 128
const DAMAGES = ['none', 'cut', 'flip', 'page'] as const
type Damage = (typeof DAMAGES)[number]

/**
 * Opens copies of a live store, cut, flipped and torn. Each has to be whole by SQLite's own check and to hold a prefix of
 * the events, tables that agree with them, and everything acknowledged where nothing was done to the copy (I-24, I-25).
 */
export async function openImages(seed: string, count: number, shots: number): Promise<ImagesOpened> {
  const random = seededRandom(seed)
  const folder = mkdtempSync(join(tmpdir(), 'surefill-image-'))
  try {
    const { images, history } = await takeImages(seed, shots, folder)
    const opened = Array.from({ length: count }, (_, n) => {
      const image = images[n % images.length]
      if (image === undefined) throw new Error('no image was taken')
      return openOne(folder, image, DAMAGES[n % DAMAGES.length] ?? 'none', random, history)
    })
    return {
      images: count,
      shortened: opened.filter(({ isShortened }) => isShortened).length,
      events: history.length,
      violations: opened.flatMap(({ wrong }) => wrong),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The daemon is held still for each, as a crash holds it still for ever. */
async function takeImages(seed: string, shots: number, folder: string) {
  await using venue = await PaperVenueProcess.start({ ...VENUE_OPTIONS, seed })
  await using daemon = await DaemonProcess.start({ config: withVenue(venue.url) })
  const trader = new Trader(seededRandom(seed))
  let isOver = false
  const load = trader.trade(daemon.client, () => isOver)
  const images: Image[] = []
  for (let n = 0; n < shots; n += 1) {
    await pause(SHOT_EVERY_MS)
    images.push(shoot(daemon, trader, folder))
  }
  isOver = true
  await load
  await daemon.stop()
  return { images, history: eventsIn(daemon.path('data/surefill.db')) }
}

function shoot(daemon: DaemonProcess, { sent }: Trader, folder: string): Image {
  const path = daemon.path('data/surefill.db')
  const answered = sent.filter(({ isAnswered }) => isAnswered).map(({ id }) => id)
  process.kill(daemon.pid, 'SIGSTOP')
  try {
    const [main, log, index] = [path, `${path}-wal`, `${path}-shm`].map((file) => readFileSync(file))
    if (main === undefined || log === undefined || index === undefined) throw new Error('no image')
    // Behind the frames in use lies only what made the file long; a view would keep all of it in memory.
    const image = { main, log: Buffer.from(log.subarray(0, HEADER + FRAME * (liveFrames(log) + 1))), answered }
    const events = eventsIn(laidOut(folder, image.main, image.log)).length
    return { ...image, settled: index.readUInt32LE(BACKFILL_ATTEMPTED), events }
  } finally {
    process.kill(daemon.pid, 'SIGCONT')
  }
}

function openOne(folder: string, image: Image, damage: Damage, random: Random, history: readonly string[]) {
  const path = laidOut(folder, image.main, damaged(image, damage, random))
  const wrong = problemsOf(path, damage === 'none' ? image.answered : [], history)
  return { isShortened: eventsIn(path).length < image.events, wrong: wrong.map((text) => `${damage}: ${text}`) }
}

/** As the next start finds it: the index of the log died with the process. */
function laidOut(folder: string, main: Buffer, log: Buffer): string {
  const path = join(folder, 'image.db')
  rmSync(`${path}-shm`, { force: true })
  writeFileSync(path, main)
  writeFileSync(`${path}-wal`, log)
  return path
}

/** Only frames that the log's present generation wrote count; what lies behind them is left from before. */
function damaged({ log, settled }: Image, damage: Damage, random: Random): Buffer {
  const [safe, used] = [HEADER + FRAME * settled, HEADER + FRAME * liveFrames(log)]
  if (used <= safe) return log
  const at = safe + Math.floor(random('image.at') * (used - safe))
  if (damage === 'none') return log
  if (damage === 'cut') return log.subarray(0, at)
  const copy = Buffer.from(log)
  if (damage === 'flip') copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(random('image.bit') * 8))
  else copy.fill(0, at, Math.min(used, at + FRAME / 2))
  return copy
}

function liveFrames(log: Buffer): number {
  const salt = log.subarray(16, 24)
  let frames = 0
  while (log.subarray(HEADER + frames * FRAME + 8, HEADER + frames * FRAME + 16).equals(salt)) frames += 1
  return frames
}

const COUNTS = `SELECT (SELECT count(*) FROM events) AS events,
  (SELECT coalesce(sum(account_seq), 0) FROM leases) AS numbers,
  (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM events WHERE event = 'order.created') AS created,
  (SELECT count(*) FROM fills) AS fills,
  (SELECT count(*) FROM events WHERE event IN ('order.filled', 'order.partially_filled')) AS fill_events`

function problemsOf(path: string, answered: readonly string[], history: readonly string[]): readonly string[] {
  using db = new DatabaseSync(path)
  const check = db.prepare('PRAGMA integrity_check').get()?.integrity_check
  const counts = db.prepare(COUNTS).get() ?? {}
  const found = db.prepare('SELECT event_id FROM events ORDER BY seq').all()
  const signals = new Set(
    db
      .prepare('SELECT signal_id FROM signals')
      .all()
      .map(({ signal_id }) => signal_id),
  )
  return [
    ...(check === 'ok' ? [] : [`damaged: ${check}`]),
    ...(found.every(({ event_id }, n) => event_id === history[n]) ? [] : ['no prefix of what was committed']),
    ...(counts.events === counts.numbers && counts.fills === counts.fill_events && counts.orders === counts.created
      ? []
      : [`half a commit: ${JSON.stringify(counts)}`]),
    ...answered.filter((id) => !signals.has(id)).map((id) => `acknowledged and gone: ${id}`),
  ]
}

function eventsIn(path: string): string[] {
  using db = new DatabaseSync(path)
  return db
    .prepare('SELECT event_id FROM events ORDER BY seq')
    .all()
    .map(({ event_id }) => String(event_id))
}
