import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import {
  type JsonLinesStreamDeps,
  type StreamReport,
  takeJsonLines,
} from '../../../src/adapters/intake/json-lines-stream.ts'
import type { RejectedLine } from '../../../src/adapters/intake/rejected-line.ts'
import { KeptLog } from '../../support/hand-time.ts'
import { AdmissionAtHand, signalLines as lines, signalLine } from './admission-at-hand.ts'
import { SteppedTime } from './stepped-time.ts'

class Stream {
  readonly desk = new AdmissionAtHand()
  readonly time = new SteppedTime()
  readonly log = new KeptLog()
  readonly stop = new AbortController()
  readonly rejected: RejectedLine[] = []
  readonly source = new PassThrough()

  take(
    source: AsyncIterable<Uint8Array> = this.source,
    over: Partial<JsonLinesStreamDeps> = {},
  ): Promise<StreamReport> {
    return takeJsonLines(source, {
      by: 'stdin',
      admit: this.desk.admit,
      clock: this.time,
      timers: this.time,
      random: { draw: () => 0.5 },
      log: this.log,
      stop: this.stop.signal,
      onRejected: (line) => this.rejected.push(line),
      ...over,
    })
  }
}

async function* pieces(...texts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

describe('a stream of signals', () => {
  it('is taken in order until it ends, and what became of it is counted', async () => {
    const stream = new Stream()
    stream.source.end(`${lines('a', 'b')}\nnonsense\n${lines('a')}${signalLine('c', { symbol: 'NOSUCH' })}\n`)
    expect(await stream.take()).toEqual({
      end: 'ended',
      lines: 5,
      taken: 2,
      duplicates: 1,
      denied: 1,
      rejected: 1,
      postponed: 0,
    })
    expect(stream.desk.orders).toEqual(['a', 'b'])
    expect(stream.desk.requests[0]?.by).toBe('stdin')
    expect(stream.rejected).toMatchObject([{ code: 'json.invalid', offset: lines('a', 'b').length + 1 }])
  })
  it('may be cut into pieces anywhere', async () => {
    const text = Buffer.from(`${signalLine('a', { metadata: { note: '€' } })}\n${lines('b')}`)
    for (let at = 0; at <= text.length; at += 1) {
      const stream = new Stream()
      const report = await stream.take(pieces(text.subarray(0, at), text.subarray(at)))
      expect(report).toMatchObject({ end: 'ended', taken: 2, rejected: 0 })
    }
  })
  it('needs no newline at its end', async () => {
    const stream = new Stream()
    expect(await stream.take(pieces(lines('a') + signalLine('b')))).toMatchObject({ end: 'ended', taken: 2 })
  })
  it('that ends inside a line gives that line as rejected', async () => {
    const stream = new Stream()
    const report = await stream.take(pieces(lines('a') + signalLine('b').slice(0, -1)))
    expect(report).toMatchObject({ end: 'ended', taken: 1, rejected: 1 })
  })
  it('that breaks off is told, and its last line is not believed', async () => {
    const stream = new Stream()
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(lines('a') + signalLine('b'))
      throw new Error('the pipe is gone')
    }
    expect(await stream.take(broken())).toMatchObject({ end: 'failed', taken: 1 })
    expect(stream.log.events).toContain('intake.stream_failed')
  })
  it.each([
    ['in one piece', ['x'.repeat(65_537)]],
    ['in many pieces', Array.from({ length: 40 }, () => 'x'.repeat(10_000))],
    ['in tiny pieces at the limit', ['x'.repeat(65_535), 'x', 'x', 'x']],
  ])('keeps of a line that is too long only the beginning: %s', async (_, parts) => {
    const stream = new Stream()
    const report = await stream.take(pieces(...parts, `\n${lines('a')}`))
    expect(report).toMatchObject({ taken: 1, rejected: 1 })
    expect(stream.rejected[0]).toMatchObject({ code: 'line.too_long', offset: 0 })
    expect(stream.rejected[0]?.bytes).toHaveLength(1_024)
  })
  it('knows where the line after one that is too long begins', async () => {
    const stream = new Stream()
    await stream.take(pieces('x'.repeat(100_000), '\nnonsense\n'))
    expect(stream.rejected.map(({ offset }) => offset)).toEqual([0, 100_001])
  })
  it('takes a line exactly as long as allowed', async () => {
    const stream = new Stream()
    expect(await stream.take(pieces(`${signalLine('a').padStart(65_536)}\n`))).toMatchObject({ taken: 1, rejected: 0 })
  })
})

describe('a daemon that is slow or cannot take signals', () => {
  it('is asked again for the same line before the next is read', async () => {
    const stream = new Stream()
    stream.desk.instead.push({ kind: 'busy', retryAfterMs: 1_000 })
    const report = stream.take(pieces(lines('a'), lines('b')))
    expect(await stream.time.ring('intake.retry')).toBe(1_000)
    expect(await report).toMatchObject({ taken: 2, postponed: 1 })
    expect(stream.desk.orders).toEqual(['a', 'b'])
  })
  it('does not make what waited in the pipe look fresh, until the reader has caught up', async () => {
    const stream = new Stream()
    const start = stream.time.now()
    stream.desk.instead.push({ kind: 'busy', retryAfterMs: 3_600_000 })
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(lines('a', 'b'))
      yield Buffer.from(lines('c'))
      stream.time.pass(60_000)
      yield Buffer.from(lines('d'))
    }
    const report = stream.take(source())
    await stream.time.ring('intake.retry')
    await report
    const received = stream.desk.requests.map(({ receivedAt }) => receivedAt - start)
    expect(received).toEqual([0, 0, 0, 0, 3_660_000])
  })
  it('is stopped while it waits for the stream', async () => {
    const stream = new Stream()
    const held = stream.desk.hold()
    held.release()
    const report = stream.take()
    stream.source.write(lines('a'))
    await held.asked
    stream.stop.abort()
    expect(await report).toMatchObject({ end: 'stopped', taken: 1 })
  })
  it('is stopped while it waits for an answer to come again', async () => {
    const stream = new Stream()
    stream.desk.instead.push({ kind: 'unavailable', reason: 'stopping' })
    const report = stream.take(pieces(lines('a', 'b')))
    await stream.time.until('intake.retry')
    stream.stop.abort()
    expect(await report).toMatchObject({ end: 'stopped', taken: 0, lines: 0 })
    expect(stream.desk.requests).toHaveLength(1)
  })
  it('lets others have their turn between many lines', async () => {
    const stream = new Stream()
    const report = stream.take(pieces('nonsense\n'.repeat(1_200)))
    await stream.time.ring('intake.breath')
    await stream.time.ring('intake.breath')
    expect(await report).toMatchObject({ rejected: 1_200 })
    expect(stream.log.events.filter((event) => event === 'intake.rejected')).toHaveLength(1)
  })
})
