import process from 'node:process'
import { JsonLinesIntake } from '../adapters/intake/json-lines-file.ts'
import { takeJsonLines } from '../adapters/intake/json-lines-stream.ts'
import type { Config } from '../config/config.ts'
import type { Trading } from './assemble-trading.ts'
import type { TradingHost } from './trading-host.ts'

/** What brings signals beside HTTP. */
export interface Intake {
  start(): void
  /** Finishes the line that is being taken and remembers the place. */
  stop(): Promise<void>
}

export async function openIntake(
  { intake }: Config,
  { floor, store }: Trading,
  { clock, timers, random, log }: Pick<TradingHost, 'clock' | 'timers' | 'random' | 'log'>,
): Promise<Intake> {
  const ambient = { clock, timers, random, log, admit: floor.admit.bind(floor) }
  const place = `intake.file ${intake.file.path}`
  const file = intake.file.enabled
    ? new JsonLinesIntake({
        ...ambient,
        path: intake.file.path,
        from: await store.fact(place),
        savePosition: (fact) => floor.remember(place, fact),
      })
    : undefined
  const stopped = new AbortController()
  let stdin: Promise<unknown> | undefined
  return {
    start: () => {
      file?.start()
      if (!intake.stdin) return
      stdin = takeJsonLines(process.stdin, { ...ambient, by: 'stdin', stop: stopped.signal }).then(
        ({ end, taken, denied, rejected }) => log.info('intake.stdin_ended', { end, taken, denied, rejected }),
        (error) => log.error('intake.stdin_failed', { error }),
      )
    },
    stop: async () => {
      stopped.abort()
      await file?.stop()
      if (stdin === undefined) return
      process.stdin.destroy()
      await stdin
    },
  }
}
