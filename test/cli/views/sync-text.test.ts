import { describe, expect, it } from 'vitest'
import { syncText } from '../../../src/cli/views/sync-text.ts'

const report = (over: object) => ({ accounts: [{ account: 'paper', checked: '3', elapsed_ms: '38', ...over }] })
const linesOf = (over: object): readonly string[] => syncText(report(over)).map(({ text }) => text)

describe('a sync, as a person reads it', () => {
  it.each([
    [{ cases_opened: '0', cases_open: '0' }, ['paper  3 checked, nothing new  38 ms']],
    [
      { cases_opened: '1', cases_open: '1' },
      ['paper  3 checked, 1 cases opened  38 ms', '  1 case waits for a human: surefill cases'],
    ],
    [
      { cases_opened: '0', cases_open: '4' },
      ['paper  3 checked, nothing new  38 ms', '  4 cases wait for a human: surefill cases'],
    ],
  ])('tells which cases it opened and which are open', (over, lines) => expect(linesOf(over)).toEqual(lines))
})
