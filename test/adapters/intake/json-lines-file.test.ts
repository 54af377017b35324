import { copyFileSync, mkdirSync, renameSync, rmSync, truncateSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { signalLines as lines, signalLine } from './admission-at-hand.ts'
import { FollowedFolder } from './followed-folder.ts'

describe('a file of signals is followed', () => {
  it('from its beginning, and then line by line as it grows', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('a', 'b'))
    await folder.follow()
    folder.append(lines('c'))
    await folder.look()
    expect(folder.desk.orders).toEqual(['a', 'b', 'c'])
    expect(folder.desk.requests.map(({ by }) => by)).toEqual([folder.path, folder.path, folder.path])
    expect(folder.intake.status).toMatchObject({ lines: 3, taken: 3, rejected: 0, failures: 0 })
  })
  it('also when it comes into being only later', async () => {
    const folder = new FollowedFolder()
    await folder.follow()
    folder.write(lines('a'))
    await folder.look()
    expect(folder.desk.orders).toEqual(['a'])
  })
  it('with blank lines and line ends of another system passed over', async () => {
    const folder = new FollowedFolder()
    folder.write(`\n${signalLine('a')}\r\n  \r\n\n${signalLine('b')}\r\n`)
    await folder.follow()
    expect(folder.desk.orders).toEqual(['a', 'b'])
    expect(folder.intake.status).toMatchObject({ lines: 2, rejected: 0 })
  })
  it('in pieces, however long it is, with no line lost or doubled at their edges', async () => {
    const folder = new FollowedFolder()
    const ids = Array.from({ length: 3_000 }, (_, n) => `s${n}`)
    folder.write(lines(...ids))
    await folder.follow()
    expect(folder.desk.requests).toHaveLength(3_000)
    expect(folder.desk.orders).toEqual(ids)
    expect(folder.saved.length).toBeGreaterThanOrEqual(6)
  })
})

describe('a torn last line', () => {
  it('waits for its newline, even torn inside a character', async () => {
    const folder = new FollowedFolder()
    const whole = Buffer.from(`${signalLine('a', { metadata: { note: '€' } })}\n`)
    const cut = whole.indexOf(0x82)
    folder.write(whole.subarray(0, cut))
    await folder.follow()
    await folder.look()
    expect(folder.desk.requests).toEqual([])
    folder.append(whole.subarray(cut))
    await folder.look()
    expect(folder.desk.orders).toEqual(['a'])
  })
  it('is not joined to what replaced it in place', async () => {
    const folder = new FollowedFolder()
    const torn = signalLine('torn')
    folder.write(lines('a') + torn.slice(0, -20))
    await folder.follow()
    folder.write(lines('b', 'c', 'd'))
    await folder.look()
    expect(folder.desk.orders).toEqual(['a', 'b', 'c', 'd'])
    expect(folder.log.events).toContain('intake.file_rewritten')
  })
})

describe('after a restart', () => {
  it('what was taken is not offered again, and what came meanwhile is taken', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('a', 'b'))
    await folder.follow()
    await folder.stop()
    folder.append(lines('c'))
    await folder.follow()
    expect(folder.desk.requests).toHaveLength(3)
    expect(folder.desk.orders).toEqual(['a', 'b', 'c'])
  })
  it('a line that had no answer yet is offered again', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('a', 'b'))
    await folder.follow()
    const held = folder.desk.hold()
    folder.append(lines('c', 'd'))
    await folder.time.ring('intake.poll')
    await held.asked
    // Dies here: what it would still save goes nowhere.
    const kept = folder.saved.length
    held.release()
    await folder.stop()
    folder.saved.length = kept
    await folder.follow()
    expect(folder.desk.orders).toEqual(['a', 'b', 'c', 'd'])
    expect(folder.intake.status).toMatchObject({ duplicates: 1, taken: 1 })
  })
  it.each([
    ['none was saved', undefined],
    ['what was saved cannot be read', '{"offset":-1}'],
    ['what was saved is no JSON', 'nonsense'],
  ])('without a place, since %s, all is offered again and makes nothing twice', async (_, from) => {
    const folder = new FollowedFolder()
    folder.write(lines('a', 'b'))
    await folder.follow()
    await folder.stop()
    await folder.follow({ from })
    expect(folder.desk.orders).toEqual(['a', 'b'])
    expect(folder.intake.status).toMatchObject({ duplicates: 2 })
  })
  it('a place that could not be saved costs repetition, not a line', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('a'))
    await folder.follow()
    folder.saveFails = true
    folder.append(lines('b'))
    await folder.look()
    await folder.stop()
    folder.saveFails = false
    await folder.follow()
    expect(folder.desk.orders).toEqual(['a', 'b'])
    expect(folder.intake.status).toMatchObject({ duplicates: 1 })
    expect(folder.log.events).toContain('intake.position_not_saved')
  })
  it('is not read before its first place is saved, so that it is found again wherever it is rotated to (I-38)', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('a'))
    folder.saveFails = true
    await folder.follow()
    expect(folder.desk.orders).toEqual([])
    await folder.stop()
    folder.saveFails = false
    await folder.follow()
    expect(folder.desk.orders).toEqual(['a'])
    expect(folder.saved.map((fact) => JSON.parse(fact).offset)).toEqual([0, lines('a').length])
  })
})

describe('a rotated file', () => {
  it('is read to its end before its successor', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('a'))
    await folder.follow()
    renameSync(folder.path, `${folder.path}.1`)
    folder.append(lines('b'), `${folder.path}.1`)
    await folder.look()
    folder.append(lines('c'), `${folder.path}.1`)
    folder.write(lines('d'))
    await folder.look()
    expect(folder.desk.orders).toEqual(['a', 'b', 'c', 'd'])
  })
  it('is still followed while its successor is empty', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('a'))
    await folder.follow()
    renameSync(folder.path, `${folder.path}.1`)
    folder.write('')
    await folder.look()
    folder.append(lines('b'), `${folder.path}.1`)
    await folder.look()
    folder.append(lines('c'))
    await folder.look()
    expect(folder.desk.orders).toEqual(['a', 'b', 'c'])
  })
  it.each([
    ['is whole is taken', signalLine('tail'), ['a', 'tail', 'b'], 0],
    ['is torn is rejected', signalLine('tail').slice(0, -3), ['a', 'b'], 1],
  ])('a last line that never got its newline and %s', async (_, tail, orders, rejected) => {
    const folder = new FollowedFolder()
    folder.write(lines('a') + tail)
    await folder.follow()
    renameSync(folder.path, `${folder.path}.1`)
    folder.write(lines('b'))
    await folder.look()
    expect(folder.desk.orders).toEqual(orders)
    expect(folder.intake.status).toMatchObject({ rejected })
  })
  it.each([
    ['renamed', (path: string) => renameSync(path, `${path}-20260302`)],
    [
      'copied and cut',
      (path: string) => {
        copyFileSync(path, `${path}.1`)
        truncateSync(path, 0)
      },
    ],
  ])('is found again after it was %s while nobody followed', async (_, rotate) => {
    const folder = new FollowedFolder()
    folder.write(lines('a', 'b'))
    await folder.follow()
    await folder.stop()
    folder.append(lines('c'))
    rotate(folder.path)
    folder.append(lines('d'))
    await folder.follow()
    expect(folder.desk.orders).toEqual(['a', 'b', 'c', 'd'])
    expect(folder.desk.requests).toHaveLength(4)
    expect(folder.log.events).not.toContain('intake.place_lost')
  })
  it('whose end nobody can find any more is told', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('a'))
    await folder.follow()
    await folder.stop()
    rmSync(folder.path)
    folder.write(lines('b'))
    await folder.follow()
    expect(folder.desk.orders).toEqual(['a', 'b'])
    expect(folder.log.events).toContain('intake.place_lost')
  })
  it('is not confused with the record of rejected lines beside it', async () => {
    const folder = new FollowedFolder()
    folder.write(`nonsense\n${lines('a')}`)
    await folder.follow()
    await folder.stop()
    copyFileSync(folder.path, `${folder.path}.rejected`)
    folder.append(lines('not-a-signal'), `${folder.path}.rejected`)
    rmSync(folder.path)
    folder.write(lines('b'))
    await folder.follow()
    expect(folder.desk.orders).toEqual(['a', 'b'])
  })
})

describe('a file written anew in place', () => {
  it.each([
    ['shorter', lines('b')],
    ['of the same length', lines('b', 'c')],
    ['longer', lines('b', 'c', 'd')],
  ])('%s is read from its beginning', async (_, text) => {
    const folder = new FollowedFolder()
    folder.write(lines('x', 'y'))
    await folder.follow()
    folder.write(text)
    await folder.look()
    expect(folder.desk.orders).toEqual(['x', 'y', ...(text.match(/(?<="signal_id":")\w/g) ?? [])])
  })
  it('while nobody followed is read from its beginning', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('x', 'y'))
    await folder.follow()
    await folder.stop()
    folder.write(lines('b', 'c', 'd'))
    await folder.follow()
    expect(folder.desk.orders).toEqual(['x', 'y', 'b', 'c', 'd'])
  })
  it('in the midst of a line that is too long is read from its beginning', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('a') + 'x'.repeat(200_000))
    await folder.follow()
    folder.write(lines('a', 'b'))
    await folder.look()
    expect(folder.desk.orders).toEqual(['a', 'b'])
  })
  it('is found under another inode as long as it begins as it was left', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('a', 'b'))
    await folder.follow()
    await folder.stop()
    copyFileSync(folder.path, `${folder.path}.copy`)
    rmSync(folder.path)
    renameSync(`${folder.path}.copy`, folder.path)
    folder.append(lines('c'))
    await folder.follow()
    expect(folder.desk.requests).toHaveLength(3)
    expect(folder.desk.orders).toEqual(['a', 'b', 'c'])
  })
})

describe('a daemon that cannot take signals', () => {
  it('is asked again, each time later, and no later line overtakes', async () => {
    const folder = new FollowedFolder()
    const unavailable = { kind: 'unavailable', reason: 'the store is not available' } as const
    folder.desk.instead.push(unavailable, new Error('the disk is gone'), unavailable, {
      kind: 'busy',
      retryAfterMs: 1_000,
    })
    folder.write(lines('a', 'b'))
    folder.begin()
    const waits: number[] = []
    for (let n = 0; n < 4; n += 1) waits.push(await folder.time.ring('intake.retry'))
    await folder.time.until('intake.poll')
    expect(waits).toEqual([75, 150, 300, 1_000])
    expect(folder.desk.orders).toEqual(['a', 'b'])
    expect(folder.intake.status).toMatchObject({ taken: 2, postponed: 4 })
  })
  it('is stopped in the midst of waiting, and the line is offered after the next start', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('a', 'b'))
    await folder.follow()
    folder.desk.instead.push({ kind: 'unavailable', reason: 'stopping' })
    folder.append(lines('c'))
    await folder.time.ring('intake.poll')
    await folder.time.until('intake.retry')
    await folder.stop()
    await folder.follow()
    expect(folder.desk.orders).toEqual(['a', 'b', 'c'])
    expect(folder.intake.status).toMatchObject({ duplicates: 0, taken: 1 })
  })
})

describe('trouble with the file itself', () => {
  it('such as a folder in its place does not end the old one', async () => {
    const folder = new FollowedFolder()
    folder.write(lines('a'))
    await folder.follow()
    renameSync(folder.path, `${folder.path}.1`)
    mkdirSync(folder.path)
    folder.append(lines('b'), `${folder.path}.1`)
    await folder.look()
    folder.append(lines('c'), `${folder.path}.1`)
    await folder.look()
    expect(folder.desk.orders).toEqual(['a', 'b', 'c'])
    expect(folder.intake.status.failures).toBe(0)
    rmSync(folder.path, { recursive: true })
  })
  it('is told, waited out, and ends nothing', async () => {
    const folder = new FollowedFolder()
    mkdirSync(folder.path)
    await folder.follow()
    expect(folder.log.events).toContain('intake.file_failed')
    expect(folder.intake.status.failures).toBe(1)
    expect(await folder.time.ring('intake.poll')).toBe(200)
    expect((await folder.time.until('intake.poll')).ms).toBe(400)
    rmSync(folder.path, { recursive: true })
    folder.write(lines('a'))
    await folder.look()
    expect(folder.desk.orders).toEqual(['a'])
    expect(folder.intake.status.failures).toBe(0)
  })
})
