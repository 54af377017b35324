import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auditLine, GENESIS, isAuditBody, readAuditLine, verifyChain } from '../../src/core/audit-chain.ts'
import { noteLine } from '../../src/core/audit-line.ts'
import { storedEvent } from '../support/stored-events.ts'

function chain(count: number): string[] {
  const lines: string[] = []
  let prev = GENESIS
  for (let seq = 1; seq <= count; seq += 1) {
    const { account, accountSeq, line: body } = storedEvent(seq % 3 === 0 ? '_' : 'paper', seq)
    const { line, hash } = auditLine(body, { seq, prev, account, accountSeq })
    lines.push(`${line}\n`)
    prev = hash
  }
  return lines
}
const hashOf = (line: string | undefined): string => /"hash":"(\w+)"/.exec(line ?? '')?.[1] ?? ''
const isFound = (text: string, head?: string): boolean => {
  const verdict = verifyChain(text.split(/(?<=\n)/), head === undefined ? {} : { head })
  return !verdict.ok || verdict.torn
}

describe('a line', () => {
  const body = '{"v":1,"time":"2026-03-02T14:30:00.000Z","event":"halt.on","event_id":"s1-1","account":"paper"}'
  const { line, hash } = auditLine(body, { seq: 7, prev: GENESIS, account: 'paper', accountSeq: 3 })

  it('is the body with the log’s own fields around it', () => {
    const start = body.slice('{"v":1,'.length, -1)
    expect(line).toBe(`{"v":1,"seq":7,${start},"account_seq":3,"prev":"${GENESIS}","hash":"${hash}"}`)
  })
  it('carries the hash of itself without the hash', () => {
    const rest = line.replace(/,"hash":"\w{64}"/, '')
    expect(hash).toBe(createHash('sha256').update(Buffer.from(rest)).digest('hex'))
  })
  it.each([
    ['an account’s own', '"account":"paper"', 'paper', 'paper', false],
    ['nobody’s', '"event":"x"', '_', '_', false],
    ['one told to another account', '"account":"paper"', '_', '_', true],
    ['one that names another further in', '"detail":{"account":"paper"}', 'paper', 'paper', true],
    ['one with a brace in a text before', '"trace_id":"{","account":"paper"', 'paper', 'paper', true],
    ['one of an account with a name to beware of', '"account":"a\\"b"', 'a"b', 'a"b', false],
  ])('says whose number it has: %s', (_, fields, account, journal, isNamed) => {
    const { line } = auditLine(`{"v":1,"event":"e",${fields}}`, { seq: 1, prev: GENESIS, account, accountSeq: 9 })
    expect(readAuditLine(line)).toMatchObject({ journal, accountSeq: 9 })
    expect(line.includes('"journal":')).toBe(isNamed)
  })
  it('about the log itself has no number of an account', () => {
    const read = readAuditLine(auditLine(body, { seq: 1, prev: GENESIS }).line)
    expect(read?.accountSeq).toBeUndefined()
  })
  it.each(['', '[]', '{"time":1}', '{"v":1,"a":"x"', '{"v":1,\n"a":1}', '{"v":1,"a":"\u0007"}'])(
    'is not made of %j',
    (text) => {
      expect(isAuditBody(text)).toBe(false)
    },
  )

  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom(
        '\u2028',
        '\u2029',
        '\u0085',
        '\n',
        '\r',
        '\v',
        '\f',
        '\u001b[31m',
        '\u009b',
        '\u202e',
        '\ud800',
        '"',
        '\\',
        '{',
        '}',
        ',"hash":"',
      ),
    }),
  )
  it('stays one line with one meaning, whatever text came from outside', () => {
    fc.assert(
      fc.property(hostile, hostile, (reason, symbol) => {
        const hostileBody = noteLine(
          'signal.refused',
          'e1',
          0,
          { mode: 'paper', sessionId: 's' },
          { symbol, reason, detail: { reason } },
        )
        expect(isAuditBody(hostileBody)).toBe(true)
        const made = auditLine(hostileBody, { seq: 1, prev: GENESIS, account: '_', accountSeq: 1 })
        expect(made.line).not.toMatch(/[^\u0020-\uffff]|[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/)
        expect(made.line.isWellFormed()).toBe(true)
        expect(JSON.parse(made.line)).toMatchObject(JSON.parse(hostileBody))
        expect(verifyChain([`${made.line}\n`])).toMatchObject({ ok: true, lines: 1 })
      }),
    )
  })
})

describe('a chain of fifty lines', () => {
  const lines = chain(50)
  const text = lines.join('')

  it('is whole as it was written', () => {
    expect(verifyChain(lines)).toEqual({ ok: true, lines: 50, head: { seq: 50, hash: hashOf(lines[49]) }, torn: false })
  })
  it('shows every change of a single byte', () => {
    const missed: number[] = []
    for (let at = 0; at < text.length; at += 1) {
      const other = String.fromCharCode(text.charCodeAt(at) ^ 1)
      if (!isFound(text.slice(0, at) + other + text.slice(at + 1))) missed.push(at)
    }
    expect(missed).toEqual([])
  }, 60_000)
  it('shows every line that was taken out, the last ones to whoever knows the head', () => {
    const missed = lines.map((_, n) => n).filter((n) => !isFound(lines.toSpliced(n, 1).join(''), hashOf(lines[49])))
    expect(missed).toEqual([])
  })
  it('shows every two lines that changed places', () => {
    const missed: string[] = []
    for (let a = 0; a < 50; a += 1) {
      for (let b = a + 1; b < 50; b += 1) {
        const swapped = lines.with(a, lines[b] ?? '').with(b, lines[a] ?? '')
        if (!isFound(swapped.join(''))) missed.push(`${a} and ${b}`)
      }
    }
    expect(missed).toEqual([])
  })
  it('shows a line that was put in', () => {
    const forged = auditLine(storedEvent('paper', 99).line, { seq: 11, prev: hashOf(lines[9]) }).line
    for (let n = 0; n <= 50; n += 1) expect(isFound(lines.toSpliced(n, 0, `${forged}\n`).join(''))).toBe(true)
  })
  it('shows a line that was changed and hashed anew', () => {
    for (let n = 0; n < 49; n += 1) {
      const { account, accountSeq, line: body } = storedEvent('paper', n + 100)
      const prev = n === 0 ? GENESIS : hashOf(lines[n - 1])
      const forged = `${auditLine(body, { seq: n + 1, prev, account, accountSeq }).line}\n`
      expect(verifyChain(lines.with(n, forged))).toMatchObject({ ok: false, line: n + 2 })
    }
  })
  it('names the place', () => {
    expect(verifyChain(lines.toSpliced(20, 1))).toEqual({
      ok: false,
      line: 21,
      seq: 21,
      problem: 'seq 22 follows seq 20',
    })
    expect(verifyChain(lines.with(4, (lines[4] ?? '').replace('paper', 'papxr')))).toMatchObject({ ok: false, line: 5 })
  })
  it('does not begin anywhere but at its beginning', () => {
    expect(verifyChain(lines.slice(1))).toMatchObject({ ok: false, line: 1 })
    const elsewhere = auditLine(storedEvent('paper', 1).line, { seq: 1, prev: 'f'.repeat(64) }).line
    expect(verifyChain([`${elsewhere}\n`])).toMatchObject({ ok: false, line: 1 })
  })
  it('calls a last line without an end torn, not changed', () => {
    for (let end = 1; end < (lines[49] ?? '').length; end += 1) {
      const torn = lines.with(49, (lines[49] ?? '').slice(0, end))
      expect(verifyChain(torn)).toEqual({ ok: true, lines: 49, head: { seq: 49, hash: hashOf(lines[48]) }, torn: true })
    }
    expect(verifyChain(lines.with(20, (lines[20] ?? '').slice(0, 30)))).toMatchObject({ ok: false, line: 21 })
  })
  it('takes any hash in it for a head it has, and no other', () => {
    expect(verifyChain(lines, { head: hashOf(lines[30]) }).ok).toBe(true)
    expect(verifyChain(lines, { head: 'a'.repeat(64) })).toMatchObject({ ok: false })
  })
})
