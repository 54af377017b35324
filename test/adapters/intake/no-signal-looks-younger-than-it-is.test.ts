import { utimesSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { signalLines as lines } from './admission-at-hand.ts'
import { FollowedFolder } from './followed-folder.ts'

describe('a signal without a time of its own counts as received', () => {
  it('when nobody had seen it yet, so that it never looks younger than it is', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('a'))
    await folder.follow()
    await folder.look()
    const before = folder.time.now()
    folder.append(lines('b'))
    await folder.look()
    expect(folder.desk.requests.at(-1)?.receivedAt).toBe(before)
  })
  it('when the daemon stopped, when it was written while nobody followed', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('a'))
    await folder.follow()
    await folder.look()
    await folder.stop()
    const stopped = folder.time.now()
    folder.append(lines('b'))
    folder.time.pass(3_600_000)
    await folder.follow()
    expect(folder.desk.requests.at(-1)?.receivedAt).toBeLessThanOrEqual(stopped)
    expect(folder.desk.requests.at(-1)?.receivedAt).toBeGreaterThan(stopped - 1_000)
  })
  it('when its file began, when the file is met for the first time', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('a'))
    const lastWeek = Date.now() / 1_000 - 604_800
    utimesSync(folder.path, lastWeek, lastWeek)
    await folder.follow()
    expect(folder.desk.requests[0]?.receivedAt).toBeLessThanOrEqual(lastWeek * 1_000)
  })
  it('never in the future, also where the clock of the file system is ahead of ours', async () => {
    const folder = new FollowedFolder()
    folder.time.pass(-60_000)
    folder.write(lines('a'))
    await folder.follow()
    expect(folder.desk.requests[0]?.receivedAt).toBeLessThanOrEqual(folder.time.now())
  })
  it('recently, after a quiet hour and a crash', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('a'))
    await folder.follow()
    for (let minutes = 0; minutes < 60; minutes += 1) {
      folder.time.pass(60_000)
      await folder.look()
    }
    const crashed = folder.saved.length
    await folder.stop()
    folder.saved.length = crashed
    folder.append(lines('b'))
    await folder.follow()
    expect(folder.time.now() - (folder.desk.requests.at(-1)?.receivedAt ?? 0)).toBeLessThan(61_000)
  })
})
