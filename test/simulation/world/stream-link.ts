import type { MessageStream, StreamListener } from '../../../src/ports/http.ts'
import type { StreamSpan } from '../evidence.ts'
import type { LinkDeps } from './venue-link.ts'

/**
 * One connection of a stream, with everything that can be wrong with it: no subscription, silence without an end, closing
 * again and again, frames before it counts as open, a gap. Frames of a venue that never errs are lost and doubled here.
 */
export interface StreamLinkDeps extends LinkDeps {
  readonly lag: () => number
  readonly heard: (text: string) => void
}

const LATE_OPENING_MS = 2_000
const STORM_MS = 2_000
const REORDERED_MS = 1_500

export function openStreamLink(path: string, listener: StreamListener, deps: StreamLinkDeps): MessageStream {
  const { life, time, faults, recorder, trace, site, lag, heard, openTags, weather, account } = deps
  let isOpen = !life.isOver
  const span: { -readonly [K in keyof StreamSpan]: StreamSpan[K] } = {
    from: time.monotonic(),
    life: life.number,
    account,
  }
  recorder.streams.push(span)
  let isDeaf = faults.strikes('F-75', openTags)
  let lost = 0
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
    if (!isOpen || life.isOver || isDeaf) return
    if (weather.is('storm', account)) {
      faults.struck('F-77', openTags())
      life.hears(0, 'stream.storm', () => breakOff('closed by the venue'))
      return
    }
    if (faults.strikes('F-76', openTags)) {
      isDeaf = true
      span.deafFrom = time.monotonic()
      return
    }
    if (faults.strikes('F-80', openTags)) {
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
    faults.struck('F-77', openTags())
    life.hears(faults.draw('F-77', 'ms') * STORM_MS, 'stream.storm', () => breakOff('closed by the venue'))
  }
  const opensMs = lag() + (faults.strikes('F-74', openTags) ? faults.draw('F-74', 'ms') * LATE_OPENING_MS : 0)
  life.hears(opensMs, 'stream.opens', () => isOpen && listener.opened())
  return { close }
}

/** Dropped, doubled or late: for a venue that does none of it by itself. */
function deliverMisheard(text: string, deps: StreamLinkDeps, deliver: (text: string, ms: number) => void): void {
  const { faults, lag, openTags, isHonest } = deps
  if (!isHonest) {
    deliver(text, lag())
    return
  }
  const about = BODY_TAG.exec(text)?.[1] ?? openTags
  if (faults.strikes('F-73', about)) {
    deps.recorder.saw('S10')
    return
  }
  deliver(text, lag() + (faults.strikes('F-72', about) ? faults.draw('F-72', 'ms') * REORDERED_MS : 0))
  if (!faults.strikes('F-71', about)) return
  const copies = 1 + Math.floor(faults.draw('F-71', 'copies') * 5)
  for (let n = 0; n < copies; n += 1) deliver(text, lag() + faults.draw('F-71', 'ms') * REORDERED_MS)
}

const BODY_TAG = /"client_order_id":"([^"]+)"/
