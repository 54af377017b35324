import { mkdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { signalLines as lines, signalLine } from './admission-at-hand.ts'
import { FollowedFolder } from './followed-folder.ts'

describe('a line that is no signal', () => {
  it.each([
    ['no JSON', 'nonsense', 'json.invalid'],
    ['a repeated key', '{"signal_id":"x","signal_id":"y"}', 'json.invalid'],
    ['a signal with a mistake', signalLine('x', { side: 'hold' }), 'signal.invalid'],
    ['JSON but no object', '[1]', 'signal.invalid'],
    ['an id that was used for something else', signalLine('a', { quantity: '2' }), 'signal.conflict'],
    ['too long by one byte', ' '.repeat(65_537), 'line.too_long'],
    ['longer than any piece', 'x'.repeat(500_000), 'line.too_long'],
  ])('%s is put aside with its reason, and the rest goes on', async (_, bad, code) => {
    const folder = new FollowedFolder()
    folder.write(`${signalLine('a')}\n${bad}\n${signalLine('b')}\n`)
    await folder.follow()
    expect(folder.desk.orders).toEqual(['a', 'b'])
    expect(folder.rejected).toHaveLength(1)
    const offset = signalLine('a').length + 1
    expect(folder.rejected[0]).toMatchObject({
      code,
      offset,
      from: folder.path,
      text: bad.length > 65_536 ? bad.slice(0, 1_024) : bad,
    })
    expect(folder.rejected[0]?.message).not.toBe('')
    expect(folder.intake.status).toMatchObject({ lines: 3, taken: 2, rejected: 1 })
  })
  it('names every mistake in it', async () => {
    const folder = new FollowedFolder()
    folder.write(`${signalLine('a', { side: 'hold', quantity: '-1' })}\n`)
    await folder.follow()
    expect(folder.rejected[0]?.errors).toMatchObject([{ path: 'side' }, { path: 'quantity' }])
  })
  it('in another encoding is put aside', async () => {
    const folder = new FollowedFolder()
    folder.write(Buffer.concat([Buffer.from(signalLine('a').replace('AAPL', 'A\u00e9'), 'latin1'), Buffer.from('\n')]))
    await folder.follow()
    expect(folder.rejected).toMatchObject([{ code: 'json.invalid', message: 'the line is not UTF-8' }])
  })
  it('exactly as long as allowed is read', async () => {
    const folder = new FollowedFolder()
    folder.write(`${signalLine('a').padStart(65_536)}\n`)
    await folder.follow()
    expect(folder.desk.orders).toEqual(['a'])
  })
  it('is put aside once, however often the place is read again', async () => {
    const folder = new FollowedFolder()
    folder.write(`${'x'.repeat(400_000)}`)
    await folder.follow()
    await folder.look()
    folder.append(`${'x'.repeat(200_000)}\n${lines('a')}`)
    await folder.look()
    await folder.stop()
    folder.append(lines('b'))
    await folder.follow()
    expect(folder.desk.orders).toEqual(['a', 'b'])
    expect(folder.rejected).toHaveLength(1)
  })
  it('that is denied is no mistake: the denied order is its record', async () => {
    const folder = new FollowedFolder()
    folder.write(`${signalLine('a', { symbol: 'NOSUCH' })}\n${lines('b')}`)
    await folder.follow()
    expect(folder.intake.status).toMatchObject({ denied: 1, taken: 1, rejected: 0 })
  })
  it('does not hold up good signals when it cannot be put aside', async () => {
    const folder = new FollowedFolder()
    mkdirSync(`${folder.path}.rejected`)
    folder.write(`nonsense\n${lines('a')}`)
    await folder.follow()
    expect(folder.desk.orders).toEqual(['a'])
    expect(folder.log.events).toContain('intake.rejected_not_kept')
  })
  it('torn by a crash in the record does not spoil the next one', async () => {
    const folder = new FollowedFolder()
    folder.append('{"torn', `${folder.path}.rejected`)
    folder.write('nonsense\n')
    await folder.follow()
    expect(() => folder.rejected).toThrow()
    const [torn, next] = readFileSync(`${folder.path}.rejected`, 'utf8').split('\n')
    expect(torn).toBe('{"torn')
    expect(JSON.parse(next ?? '')).toMatchObject({ code: 'json.invalid' })
  })
})
