import type { Clock, Timer, Timers } from '../../../src/ports/clock.ts'
import type { Random } from '../../../src/ports/random.ts'
import { readOnce } from '../read-once.ts'

/**
 * While a simulated world runs, ambient time and chance are the world's: libraries that take part see virtual time, and
 * our own code that reaches past its ports is caught by name.
 */
export class AmbientUse extends Error {
  override readonly name = 'AmbientUse'
}

const OURS = /\/src\/(core|flow|ports|simulator|adapters\/(?!system\/))/
const isOurs = readOnce((file) => OURS.test(file))

export async function withVirtualGlobals<T>(
  world: { readonly clock: Clock; readonly timers: Timers; readonly random: Random },
  run: () => Promise<T>,
): Promise<T> {
  const before = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: (handle: unknown) => {
      if (handle instanceof Handle) handle.cancel()
    },
    setInterval: globalThis.setInterval,
    now: Date.now,
    random: Math.random,
    perf: performance.now,
  }
  const ambient = <A extends readonly unknown[], R>(name: string, virtual: (...args: A) => R) => {
    const standIn = (...args: A): R => {
      refuseOurs(name, standIn)
      return virtual(...args)
    }
    return standIn
  }
  const after = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): Handle =>
    new Handle(world.timers.after(ms, 'ambient.timeout', () => callback(...args)))
  Object.assign(globalThis, {
    setTimeout: ambient('setTimeout', after),
    clearTimeout: (handle: unknown) => {
      if (handle instanceof Handle) handle.cancel()
    },
    setInterval: ambient(
      'setInterval',
      (callback: () => void, ms: number) => new Handle(repeat(world.timers, callback, ms)),
    ),
  })
  Date.now = ambient('Date.now', () => world.clock.now())
  Math.random = ambient('Math.random', () => world.random.draw('ambient.random'))
  performance.now = ambient('performance.now', () => world.clock.monotonic())
  try {
    return await run()
  } finally {
    Object.assign(globalThis, {
      setTimeout: before.setTimeout,
      clearTimeout: before.clearTimeout,
      setInterval: before.setInterval,
    })
    Date.now = before.now
    Math.random = before.random
    performance.now = before.perf
  }
}

class Handle {
  readonly #timer: Timer
  constructor(timer: Timer) {
    this.#timer = timer
  }
  cancel(): void {
    this.#timer.cancel()
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
  hasRef(): boolean {
    return true
  }
  [Symbol.toPrimitive](): number {
    return 0
  }
}

function repeat(timers: Timers, callback: () => void, ms: number): Timer {
  let timer: Timer
  const next = (): void => {
    timer = timers.after(ms, 'ambient.interval', () => {
      callback()
      next()
    })
  }
  next()
  return { cancel: () => timer.cancel() }
}

/** The one frame that called it, as it is and not as text: a whole stack would cost more than the call. */
function callerOf(standIn: unknown): NodeJS.CallSite | undefined {
  const { stackTraceLimit, prepareStackTrace } = Error
  Error.stackTraceLimit = 1
  Error.prepareStackTrace = (_, frames) => frames
  const here: { stack?: unknown } = {}
  Error.captureStackTrace(here, standIn as () => void)
  const [frame] = here.stack as readonly NodeJS.CallSite[]
  Error.prepareStackTrace = prepareStackTrace
  Error.stackTraceLimit = stackTraceLimit
  return frame
}

/** The frame that called the ambient function is ours: that is a leak, not a library at work. */
function refuseOurs(name: string, standIn: unknown): void {
  const caller = callerOf(standIn)
  if (isOurs(caller?.getFileName() ?? '')) throw new AmbientUse(`${name} was used past the ports: ${caller}`)
}
