import { lineAt, type SourceFile, type Violation } from './source-file.ts'

/** More exceptions than this, and the simulation no longer stands for the product. */
export const MOST_MARKERS = 10

/** What must arrive as an argument instead. A name after a dot belongs to somebody's port and is fine. */
const AMBIENT = [
  /(?<![.\w$])(?:globalThis\.)?(?:Date|performance)\b(?!\s*\??:)/g,
  /(?<![.\w$])(?:globalThis\.)?(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b(?!\s*\??:)/g,
  /\bMath\.random\b/g,
  /\bTemporal\.Now\b/g,
  /\b(?:randomUUID|randomBytes|randomInt|randomFill|randomFillSync|getRandomValues)\b/g,
  /\bprocess\.(?:env|hrtime|nextTick|uptime)\b/g,
  /\bAbortSignal\.timeout\b/g,
]
const AMBIENT_MODULES = /^node:(?:timers|perf_hooks)(?:\/|$)/

/** The real ones live here; and the commands, the page and the first file are outside every simulation. */
const EXEMPT = ['src/adapters/system/', 'src/simulator/hosts/', 'src/cli/', 'src/dashboard/', 'src/main.ts']

const MARKER = /^\/\/ sim-ok: \S.*/

export function ambientTimeAndChance(files: readonly SourceFile[]): Violation[] {
  return files.flatMap((file) => {
    if (!file.path.startsWith('src/') || EXEMPT.some((place) => file.path.startsWith(place))) return []
    const excused = new Set(markersOf(file).flatMap(({ line }) => [line, line + 1]))
    return ambientIn(file)
      .filter(({ line }) => !excused.has(line))
      .map(({ line, text }) => ({ file: file.path, line, message: `${text} is ambient: take it as an argument` }))
  })
}

export function tooManyMarkers(files: readonly SourceFile[]): Violation[] {
  const markers = files
    .filter((file) => file.path.startsWith('src/'))
    .flatMap((file) => markersOf(file).map(({ line }) => ({ file: file.path, line })))
  if (markers.length <= MOST_MARKERS) return []
  const message = `${markers.length} exceptions from the simulation, at most ${MOST_MARKERS} are allowed`
  return markers.map((place) => ({ ...place, message }))
}

const markersOf = (file: SourceFile) => file.comments.filter((comment) => MARKER.test(comment.text))

function ambientIn(file: SourceFile): { line: number; text: string }[] {
  const named = AMBIENT.flatMap((pattern) =>
    [...file.code.matchAll(pattern)].map((match) => ({ line: lineAt(file.code, match.index), text: match[0] })),
  )
  const imported = file.imports
    .filter(({ specifier }) => AMBIENT_MODULES.test(specifier))
    .map(({ specifier, line }) => ({ line, text: specifier }))
  return [...named, ...imported]
}
