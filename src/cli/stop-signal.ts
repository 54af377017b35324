import type { CliHost, StopSignalName } from './cli-host.ts'

const NAMES: readonly StopSignalName[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
/** A terminal tells the whole group and a launcher passes it on: the same key press may come twice. */
const SAME_PRESS_MS = 700

export interface StopSignal extends Disposable {
  readonly signal: AbortSignal
}

/**
 * Aborts with the first signal; a second one, later, is left to the system, which ends the process at once. With a
 * `reader` it also aborts when that one has gone, for commands that run for their reader alone.
 */
export function stopSignal({ signals }: Pick<CliHost, 'signals'>, reader?: CliHost['stdout']): StopSignal {
  const controller = new AbortController()
  const release = (): void => {
    for (const name of NAMES) signals.off(name, listener)
    reader?.off('error', listener)
  }
  const listener = (): void => {
    if (controller.signal.aborted) return
    controller.abort()
    setTimeout(release, SAME_PRESS_MS).unref()
  }
  for (const name of NAMES) signals.on(name, listener)
  reader?.on('error', listener)
  return { signal: controller.signal, [Symbol.dispose]: release }
}

export const untilStopped = ({ signal }: StopSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
