import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ambientTimeAndChance, MOST_MARKERS, tooManyMarkers } from '../tools/tidy/ambient.ts'
import { deadFiles, entriesOf } from '../tools/tidy/dead-files.ts'
import { forbiddenImports } from '../tools/tidy/import-table.ts'
import {
  drawerNames,
  longFiles,
  strayConsole,
  switchedOffTests,
  unfinishedWork,
  workplaceWords,
} from '../tools/tidy/manners.ts'
import { readTree } from '../tools/tidy/read-tree.ts'
import { readSource, type SourceFile, type Violation } from '../tools/tidy/source-file.ts'

const root = new URL('..', import.meta.url).pathname
const packageJson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

describe('the repository', () => {
  const files = readTree(root)
  it.each<[string, (files: SourceFile[]) => Violation[]]>([
    ['imports only what the table allows', forbiddenImports],
    ['takes time, timers and chance as arguments', ambientTimeAndChance],
    ['makes few exceptions from that', tooManyMarkers],
    ['prints only from the command line', strayConsole],
    ['has no file too long to read', longFiles],
    ['has no drawers', drawerNames],
    ['leaves nothing unfinished', unfinishedWork],
    ['switches no test off', switchedOffTests],
    ['speaks of the product alone', workplaceWords],
    ['has no dead files', (all) => deadFiles(all, entriesOf(packageJson))],
  ])('%s', (_, rule) => {
    expect(rule(files).map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([])
  })
})

const one = (path: string, text: string): SourceFile[] => [readSource(path, text)]
const lines = (violations: readonly Violation[]): number[] => violations.map(({ line }) => line)

describe('a source file is read so that', () => {
  it('comments, texts and expressions are no code, and substitutions are', () => {
    const substitution = '`Date $' + '{Date.now()} Date`'
    const text = `const a = 'Date' // Date\n/* Date */ const b = ${substitution}\nconst c = /['Date]/.test(a)\n`
    expect(readSource('x.ts', text).code.match(/Date/g)).toHaveLength(1)
  })
  it.each([
    ["import type { A } from './a.ts'", './a.ts', true],
    ["import { type A, type B } from './a.ts'", './a.ts', true],
    ["import { type A, b } from './a.ts'", './a.ts', false],
    ["import a, { type B } from './a.ts'", './a.ts', false],
    ["import * as a from './a.ts'", './a.ts', false],
    ["import './a.ts'", './a.ts', false],
    ["export * from './a.ts'", './a.ts', false],
    ["export type { A } from './a.ts'", './a.ts', true],
    ["const a = await import('./a.ts')", './a.ts', false],
    ["import {\n  type A,\n  b,\n} from './a.ts'", './a.ts', false],
  ])('%s is an import', (text, specifier, typeOnly) => {
    expect(readSource('src/x.ts', text).imports).toEqual([{ specifier, line: 1, typeOnly }])
  })
  it('an import in a comment or a text is none', () => {
    expect(readSource('x.ts', `// import './a.ts'\nconst a = "import './b.ts'"`).imports).toEqual([])
  })
})

describe('a forbidden import is found', () => {
  it.each([
    ['src/core/order.ts', "import type { Clock } from '../ports/clock.ts'"],
    ['src/core/order.ts', "import Big from 'big.js'"],
    ['src/core/order.ts', "import { readFileSync } from 'node:fs'"],
    ['src/core/ids.ts', "import { createHash } from 'node:crypto'"],
    ['src/ports/clock.ts', "import { ZERO } from '../core/money.ts'"],
    ['src/flow/fills/poll-orders.ts', "import { a } from '../../adapters/system/clock.ts'"],
    ['src/flow/planning/plan-order.ts', "import { z } from 'zod'"],
    ['src/adapters/brokers/alpaca/gateway.ts', "import { a } from '../bybit/encode.ts'"],
    ['src/adapters/brokers/alpaca/gateway.ts', "import { a } from '../../../flow/fills/apply-report.ts'"],
    ['src/adapters/brokers/alpaca/gateway.ts', "import { a } from '../../../simulator/venue.ts'"],
    ['src/adapters/stores/sqlite/store.ts', "import { a } from '../../system/clock.ts'"],
    ['src/simulator/venue.ts', "import { nextStatus } from '../core/order-lifecycle.ts'"],
    ['src/config/load.ts', "import { decide } from '../core/decide.ts'"],
    ['src/cli/orders.ts', "import { server } from '../api/server.ts'"],
    ['src/main.ts', "import { a } from './flow/fills/apply-report.ts'"],
    ['src/api/server.ts', "import { tidy } from '../../tools/check.ts'"],
    ['src/daemon.ts', "import meta from '../package.json' with { type: 'json' }"],
  ])('%s: %s', (path, text) => {
    expect(lines(forbiddenImports(one(path, text)))).toEqual([1])
  })
})

describe('an allowed import is left alone', () => {
  it.each([
    ['src/core/hash.ts', "import { createHash } from 'node:crypto'"],
    ['src/ports/clock.ts', "import type { Instant } from '../core/time.ts'"],
    ['src/flow/execution/retrying-gateway.ts', "import pRetry from 'p-retry'"],
    ['src/flow/fills/poll-orders.ts', "import { applyReport } from './apply-report.ts'"],
    ['src/adapters/brokers/paper/gateway.ts', "import { Venue } from '../../../simulator/venue.ts'"],
    ['src/adapters/brokers/alpaca/gateway.ts', "import { row } from '../outcome-row.ts'"],
    ['src/adapters/stores/sqlite/store.ts', "import { DatabaseSync } from 'node:sqlite'"],
    ['src/simulator/venue.ts', "import { ZERO } from '../core/money.ts'"],
    ['src/cli/orders.ts', "import type { OrderView } from '../api/order-view.ts'"],
    ['src/daemon.ts', "import { a } from './adapters/system/clock.ts'"],
    ['src/simulator/venue.ts', "import days from '../core/calendars/nyse.json' with { type: 'json' }"],
    ['test/core/money.test.ts', "import { venue } from '../../src/simulator/venue.ts'"],
  ])('%s: %s', (path, text) => {
    expect(forbiddenImports(one(path, text))).toEqual([])
  })
})

describe('ambient time and chance', () => {
  it.each([
    'const at = Date.now()',
    'const at = new Date()',
    'const at = performance.now()',
    'setTimeout(go, 10)',
    'globalThis.setInterval(go, 10)',
    'const n = Math.random()',
    'const id = randomUUID()',
    'const id = crypto.getRandomValues(bytes)',
    'const home = process.env.HOME',
    'process.nextTick(go)',
    'const at = Temporal.Now.instant()',
    'const signal = AbortSignal.timeout(10)',
    "import { setTimeout as sleep } from 'node:timers/promises'",
  ])('is found: %s', (text) => {
    expect(lines(ambientTimeAndChance(one('src/flow/fills/poll-orders.ts', `\n${text}`)))).toContain(2)
  })
  it.each([
    ['a port of the same name', 'src/flow/a.ts', 'timers.setTimeout(go, 10)'],
    ['a word in a comment', 'src/flow/a.ts', '// Date.now() would be wrong here'],
    ['a marked line', 'src/flow/a.ts', 'const at = Date.now() // sim-ok: printed only'],
    ['a line under a marker', 'src/flow/a.ts', '// sim-ok: printed only\nconst at = Date.now()'],
    ['the real clock', 'src/adapters/system/clock.ts', 'const at = Date.now()'],
    ['a simulator on real sockets', 'src/simulator/hosts/http.ts', 'setTimeout(go, 10)'],
    ['a command', 'src/cli/tail.ts', 'const at = Date.now()'],
  ])('is left alone: %s', (_, path, text) => {
    expect(ambientTimeAndChance(one(path, text))).toEqual([])
  })
  it('a marker without a reason excuses nothing', () => {
    expect(lines(ambientTimeAndChance(one('src/core/a.ts', 'const at = Date.now() // sim-ok:')))).toEqual([1])
  })
  it('one marker too many is found', () => {
    const markers = (count: number) => one('src/core/a.ts', '// sim-ok: reason\n'.repeat(count))
    expect(tooManyMarkers(markers(MOST_MARKERS))).toEqual([])
    expect(tooManyMarkers(markers(MOST_MARKERS + 1))).toHaveLength(MOST_MARKERS + 1)
  })
})

describe('bad manners are found', () => {
  const cases: [string, (files: SourceFile[]) => Violation[], string, string, string][] = [
    ['console', strayConsole, 'src/flow/a.ts', "console.log('x')", "// console.log('x')"],
    ['a long file', longFiles, 'src/core/a.ts', 'a\n'.repeat(401), 'a\n'.repeat(400)],
    ['a word for unfinished work', unfinishedWork, 'src/core/a.ts', `// ${'TO'}${'DO'} later`, '// to do is fine'],
    ['a switched-off test', switchedOffTests, 'test/a.test.ts', `it.${'skip'}('x', go)`, "it('x', go)"],
    ['a single test', switchedOffTests, 'test/a.test.ts', `it.${'only'}('x', go)`, 'list.length'],
    ['a path of a machine', workplaceWords, 'src/a.ts', `'/${'work'}/main/src'`, "'homework/main'"],
    ['a word of a workplace', workplaceWords, 'src/a.ts', `// my ${'colleag'}ue said`, '// the trader said'],
  ]
  it.each(cases)('%s', (_, rule, path, bad, good) => {
    expect(rule(one(path, bad))).toHaveLength(1)
    expect(rule(one(path, good))).toEqual([])
  })
  it.each(['src/core/utils.ts', 'src/helpers/a.ts', 'test/support/common.ts', 'src/api/types.ts'])(
    'a drawer: %s',
    (path) => {
      expect(drawerNames(one(path, ''))).toHaveLength(1)
    },
  )
})

describe('a dead file', () => {
  const main = readSource('src/main.ts', "import { a } from './core/a.ts'\nnew URL('./worker.ts', import.meta.url)")
  const files = [
    main,
    readSource('src/core/a.ts', "import type { B } from './b.ts'"),
    readSource('src/core/b.ts', ''),
    readSource('src/worker.ts', ''),
    readSource('src/core/island.ts', "import './island-too.ts'"),
    readSource('src/core/island-too.ts', "import './island.ts'"),
    readSource('src/client/client.ts', ''),
    readSource('test/core/island.test.ts', "import '../../src/core/island.ts'"),
  ]
  it('is one that no entry leads to, though its neighbour or its test does', () => {
    const dead = deadFiles(files, entriesOf({ exports: { './client': './dist/client/client.js' } }))
    expect(dead.map(({ file }) => file)).toEqual(['src/core/island.ts', 'src/core/island-too.ts'])
  })
  it('cannot be told before there is an entry', () => {
    expect(deadFiles(files.slice(1), ['src/main.ts'])).toEqual([])
  })
})
