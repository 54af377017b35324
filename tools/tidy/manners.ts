import { posix } from 'node:path'
import { lineAt, type SourceFile, type Violation } from './source-file.ts'

const MOST_LINES = 400

export function longFiles(files: readonly SourceFile[]): Violation[] {
  return files.flatMap((file) => {
    const lines = file.text.trimEnd().split('\n').length
    return lines > MOST_LINES ? [at(file, lines, `${lines} lines, at most ${MOST_LINES}`)] : []
  })
}

/** Only what talks to a person on a terminal may print; the daemon logs. */
export function strayConsole(files: readonly SourceFile[]): Violation[] {
  const silent = files.filter(({ path }) => /^(?:src|test)\//.test(path) && !/^src\/(?:cli\/|main\.ts)/.test(path))
  return found(silent, 'code', /(?<![.\w$])console\b/g, 'console: only the command line prints')
}

const DRAWERS = new Set(['util', 'utils', 'helper', 'helpers', 'type', 'types', 'misc', 'common', 'stuff', 'lib'])

/** A name under which anything could lie tells a reader nothing. */
export function drawerNames(files: readonly SourceFile[]): Violation[] {
  return files.flatMap((file) => {
    const parts = file.path.split('/')
    const names = [...parts.slice(0, -1), posix.parse(file.path).name.split('.')[0] ?? '']
    const drawer = names.find((name) => DRAWERS.has(name))
    return drawer === undefined ? [] : [at(file, 1, `"${drawer}" says nothing about what is inside`)]
  })
}

export function unfinishedWork(files: readonly SourceFile[]): Violation[] {
  return found(files, 'text', /\b(?:TO[D]O|FIX[M]E|X[X]X|HAC[K])\b/g, 'unfinished work belongs in an issue')
}

export function switchedOffTests(files: readonly SourceFile[]): Violation[] {
  const tests = files.filter(({ path }) => path.startsWith('test/'))
  return found(tests, 'code', /\.(?:skip|only|todo)\b\s*\(/g, 'a test is not switched off or singled out')
}

/** The repository speaks of the product, not of whoever's machine it was written on. */
const WORKPLACE =
  /(?<![\w.])\/(?:work|root|home\/\w+|Users\/\w+)\/|\bcolleagu[e]s?\b|\bsub-?agen[t]s?\b|\blanguage mode[l]s?\b/gi

export function workplaceWords(files: readonly SourceFile[]): Violation[] {
  return found(files, 'text', WORKPLACE, 'speaks of a workplace')
}

function found(files: readonly SourceFile[], part: 'code' | 'text', pattern: RegExp, message: string): Violation[] {
  return files.flatMap((file) =>
    [...file[part].matchAll(pattern)].map((match) =>
      at(file, lineAt(file[part], match.index), `${message} (${match[0].trim()})`),
    ),
  )
}

const at = (file: SourceFile, line: number, message: string): Violation => ({ file: file.path, line, message })
