import type { MessageStream, StreamListener } from '../../../src/ports/http.ts'
import type { StreamSpan } from '../evidence.ts'
import type { FaultId } from '../faults/fault-plan.ts'
import type { LinkDeps } from './venue-link.ts'

/**
 * One connection of a stream, with everything that can be wrong with it: no subscription, silence without an end, closing
 * again and again, frames before it counts as open, a gap. Frames of a venue that never errs are lost and doubled here.
 */
export interface StreamLinkDeps extends LinkDeps {
  readonly lag: () => number
  readonly heard: (text: string) => void
}

const LATE_OPENING_MS = 8_000
const STORM_MS = 2_000
const REORDERED_MS = 1_500

export function openStreamLink(path: string, listener: StreamListener, deps: StreamLinkDeps): MessageStream {
  const { life, time, faults, recorder, trace, site, lag, heard, weather, account } = deps
  let isOpen = !life.isOver
  const span: { -readonly [K in keyof StreamSpan]: StreamSpan[K] } = {
    from: time.monotonic(),
    life: life.number,
    account,
  }
  recorder.streams.push(span)
  // What is wrong from the beginning counts from the first frame that is lost by it.
  let isDeaf = faults.strikes('F-75')
  let deafBy: FaultId | undefined = isDeaf ? 'F-75' : undefined
  const about = (text: string): readonly string[] => deps.carried.in(text)
  let lost = 0
  let isEarly = false
  trace.add('stream', `open ${account} ${path}`)

  if (isDeaf) span.deafFrom = time.monotonic()
  const close = (): void => {
    isOpen = false
    span.until ??= time.monotonic()
    stop()
  }
  const deliver = (text: string, ms: number): void => {
    life.hears(ms, 'stream.frame', () => {
      if (!isOpen) return
      if (isEarly && faults.hits('F-74', about(text))) isEarly = false
      trace.add('stream.in', text)
      heard(text)
      listener.message(text)
    })
  }
  const breakOff = (cause: string): void => {
    if (!isOpen) return
    close()
    listener.closed(cause)
  }
  const frame = (text: string): void => {
    if (!isOpen || life.isOver) return
    if (isDeaf) {
      if (deafBy !== undefined && faults.hits(deafBy, about(text))) deafBy = undefined
      return
    }
    if (weather.is('storm', account)) {
      faults.struck('F-77', about(text))
      life.hears(0, 'stream.storm', () => breakOff('closed by the venue'))
      return
    }
    if (faults.strikes('F-76', () => about(text))) {
      isDeaf = true
      span.deafFrom = time.monotonic()
      return
    }
    if (faults.strikes('F-80', () => about(text))) {
      lost = 1 + Math.floor(faults.draw('F-80', 'frames') * 3)
      life.hears(lag() + faults.draw('F-80', 'ms') * STORM_MS, 'stream.gap', () => breakOff('sequence gap'))
    }
    if (lost > 0) {
      lost -= 1
      return
    }
    deliverMisheard(text, deps, deliver)
  }
  const stop = site.wire.subscribe(frame)

  if (weather.is('storm', account)) {
    faults.struck('F-77', [])
    life.hears(faults.draw('F-77', 'ms') * STORM_MS, 'stream.storm', () => breakOff('closed by the venue'))
  }
  isEarly = faults.strikes('F-74')
  const opensMs = lag() + (isEarly ? faults.draw('F-74', 'ms') * LATE_OPENING_MS : 0)
  life.hears(opensMs, 'stream.opens', () => {
    isEarly = false
    if (!isOpen) return
    span.openedAt = time.monotonic()
    listener.opened()
  })
  return { close }
}

/** Dropped, doubled or late: for a venue that does none of it by itself. */
function deliverMisheard(text: string, deps: StreamLinkDeps, deliver: (text: string, ms: number) => void): void {
  const { faults, lag, carried, isHonest } = deps
  if (!isHonest) {
    deliver(text, lag())
    return
  }
  const about = (): readonly string[] => carried.in(text)
  if (faults.strikes('F-73', about)) return
  deliver(text, lag() + (faults.strikes('F-72', about) ? faults.draw('F-72', 'ms') * REORDERED_MS : 0))
  if (!faults.strikes('F-71', about)) return
  const copies = 1 + Math.floor(faults.draw('F-71', 'copies') * 5)
  for (let n = 0; n < copies; n += 1) deliver(text, lag() + faults.draw('F-71', 'ms') * REORDERED_MS)
}
