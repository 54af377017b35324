import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { programPath } from '../support/needs.ts'

/** Calls that change a file, a folder or what a peer has been told. */
export const CALLS = [
  'write',
  'writev',
  'pwrite64',
  'pwritev',
  'sendto',
  'sendmsg',
  'fsync',
  'fdatasync',
  'ftruncate',
  'rename',
  'unlink',
  'mkdir',
] as const
export type CallName = (typeof CALLS)[number]

/**
 * Whose calls are counted. The tracer counts for each thread apart, so a call has a number only where one thread makes
 * it: the main thread for all it does itself, the other threads for one file each.
 */
export type Target = 'main' | { readonly file: string }

/** What happens in place of the call. */
export const FAULTS = {
  kill: 'signal=KILL',
  eio: 'error=EIO',
  enospc: 'error=ENOSPC',
  delay: 'delay_enter=2000000',
} as const
export type Fault = keyof typeof FAULTS

/** Why calls of another process cannot be touched here; absent when they can. */
export function tracerProblem(): string | undefined {
  if (programPath('strace') === undefined) return 'strace not installed'
  const tried = spawnSync('strace', ['-o', '/dev/null', 'true'], { encoding: 'utf8' })
  return tried.status === 0 ? undefined : `strace cannot attach: ${tried.stderr.trim()}`
}

/** What the daemon's command line begins with. `-D` keeps the daemon our own child, so that signals reach it. */
export const tracing = (output: string, target: Target, calls: readonly CallName[] = CALLS): readonly string[] => [
  'strace',
  '-D',
  '-qq',
  '-y',
  '-s',
  '8',
  ...(target === 'main' ? [] : ['-f', '-P', target.file]),
  '-e',
  `trace=${calls.join(',')}`,
  '-o',
  output,
]

export const injecting = (
  output: string,
  target: Target,
  { call, number, fault }: { readonly call: CallName; readonly number: number; readonly fault: Fault },
): readonly string[] => [
  ...tracing(output, target, [call]),
  // Much faster, but a signal is lost with it.
  ...(target === 'main' || fault === 'kill' ? [] : ['--seccomp-bpf']),
  '-e',
  `inject=${call}:${FAULTS[fault]}:when=${number}`,
]

export interface TracedCall {
  readonly thread: string
  readonly call: string
  /** A path, or what stands for one: `socket:[…]`, `pipe:[…]`, `anon_inode:[eventfd]`. */
  readonly on: string
  /** The tracer failed it or held it up. A kill leaves no such mark: it was the last call there is. */
  readonly isHit: boolean
}

export const readTrace = (path: string): readonly TracedCall[] =>
  existsSync(path) ? tracedCalls(readFileSync(path, 'utf8')) : []

export const tracedCalls = (text: string): readonly TracedCall[] => whole(text.split('\n')).flatMap(callIn)

/** A call that another thread interrupts is told in two lines; one that a kill ends may lack the second. */
function whole(lines: readonly string[]): readonly string[] {
  const told: string[] = []
  const open = new Map<string, number>()
  for (const line of lines) {
    const [, thread = '', rest = ''] = /^(\d+) +<\.\.\. \w+ resumed>(.*)$/.exec(line) ?? []
    const begun = open.get(thread)
    if (begun !== undefined) {
      told[begun] += rest
      open.delete(thread)
      continue
    }
    const [, text, interrupted] = /^((\d+) .*) <unfinished \.\.\.>$/.exec(line) ?? []
    if (interrupted !== undefined) open.set(interrupted, told.length)
    told.push(text ?? line)
  }
  return told
}

const LINE = /^(?:(\d+) +)?(\w+)\((?:\d+<(.*?)>(?:[,)]|$)|"(.*?)")/
function callIn(line: string): readonly TracedCall[] {
  const match = LINE.exec(line)
  if (match === null) return []
  const [, thread = 'main', call = '', descriptor, path = ''] = match
  return [{ thread, call, on: descriptor ?? path, isHit: /\((?:INJECTED|DELAYED)\)/.test(line) }]
}
