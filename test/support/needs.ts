import { existsSync, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** Why this machine cannot run the test; `npm test` prints it, and under CI it is a failure. */
    lacks?: string
  }
}

/** Programs a test may need, by every name and place they are known under. A `*` stands for a version. */
const PROGRAMS = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  postgres: ['postgres', '/usr/lib/postgresql/*/bin/postgres', '/usr/pgsql-*/bin/postgres'],
  initdb: ['initdb', '/usr/lib/postgresql/*/bin/initdb', '/usr/pgsql-*/bin/initdb'],
  rabbitmq: ['rabbitmq-server', '/usr/sbin/rabbitmq-server', '/usr/lib/rabbitmq/bin/rabbitmq-server'],
  strace: ['strace', '/usr/bin/strace'],
} as const

export type Program = keyof typeof PROGRAMS

/** The first place where the program is found. */
export function programPath(program: Program, path: string = process.env.PATH ?? ''): string | undefined {
  const folders = path.split(delimiter).filter((folder) => folder !== '')
  for (const candidate of PROGRAMS[program]) {
    const places = candidate.startsWith('/') ? globSync(candidate) : folders.map((folder) => join(folder, candidate))
    const found = places.find((place) => existsSync(place))
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * `needs('postgres')('a store on PostgreSQL', () => { … })`: the tests run where the programs are installed; elsewhere
 * they are named as skipped together with what is missing.
 */
export function needs(...programs: readonly Program[]): (name: string, tests: () => void) => void {
  const missing = programs.filter((program) => programPath(program) === undefined)
  if (missing.length === 0) return (name, tests) => void describe(name, tests)
  const lacks = `${missing.join(' and ')} not installed`
  return (name, tests) => void describe.runIf(false)(name, { meta: { lacks } }, tests)
}
