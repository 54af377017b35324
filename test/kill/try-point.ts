import { DaemonProcess, type Ended } from '../support/daemon-process.ts'
import { openBriskVenue } from './brisk-venue.ts'
import { FILES, type KillPoint, placeOf, type Trace, targetOf } from './kill-points.ts'
import { comeToRest, withVenue } from './random-kills.ts'
import { type Phase, ReferenceLife } from './reference-life.ts'
import { type Fault, injecting, readTrace, type TracedCall, tracing } from './tracer.ts'
import { type Verdict, verdictOn } from './verdict.ts'

export interface Tried {
  readonly point: KillPoint
  /** What was hit; absent when the life ended without making that call. */
  readonly hit: string | undefined
  readonly verdict: Verdict
}

/** One thread for files, so that the number of a call does not depend on which of four threads was free. */
const ENV = { UV_THREADPOOL_SIZE: '1' }
const OUTPUT = 'trace.txt'

/** The reference life under the tracer, once for every target: what there is to hit. */
export async function traceAll(): Promise<readonly Trace[]> {
  const traces: Trace[] = []
  for (const target of ['main', ...Object.keys(FILES)])
    for (const phase of ['first', 'second'] as const) traces.push(await traceOne(phase, target))
  return traces
}

async function traceOne(phase: Phase, target: string): Promise<Trace> {
  await using venue = await openBriskVenue()
  await using daemon = DaemonProcess.prepared({ config: withVenue(venue.url), env: ENV })
  const life = new ReferenceLife(daemon)
  const output = daemon.path(OUTPUT)
  for (const part of phasesUpTo(phase)) {
    daemon.through =
      part === phase
        ? tracing(
            output,
            targetOf(target, (file) => daemon.path(file)),
          )
        : []
    await life.live(part)
  }
  return { phase, target, calls: ofOthers(target, daemon.pid, readTrace(output)) }
}

/** The main thread has its own points. */
const ofOthers = (target: string, pid: number, calls: Trace['calls']): Trace['calls'] =>
  target === 'main' ? calls : calls.filter(({ thread }) => thread !== String(pid))

/** The life with one fault, then a start without, peace, and the verdict. */
export async function tryPoint(point: KillPoint): Promise<Tried> {
  await using venue = await openBriskVenue()
  await using daemon = DaemonProcess.prepared({ config: withVenue(venue.url), env: ENV })
  const life = new ReferenceLife(daemon)
  const output = daemon.path(OUTPUT)
  const target = targetOf(point.target, (file) => daemon.path(file))
  let ended: Ended | undefined
  for (const part of phasesUpTo(point.phase)) {
    daemon.through = part === point.phase ? injecting(output, target, point) : []
    ended = await life.live(part)
  }
  daemon.through = []
  await daemon.start()
  await comeToRest(daemon.client, life.trader)
  await daemon.stop()
  const hit = hitIn(readTrace(output), point.fault, ended)
  const verdict = await verdictOn(daemon, venue.truth(), life.trader.sent)
  const violations = [...verdict.violations, ...overdue(point, ended)]
  return { point, hit: hit === undefined ? undefined : placeOf(hit), verdict: { ...verdict, violations } }
}

function hitIn(calls: readonly TracedCall[], fault: Fault, ended: Ended | undefined): TracedCall | undefined {
  if (fault !== 'kill') return calls.find(({ isHit }) => isHit)
  return ended?.signal === 'SIGKILL' ? calls.at(-1) : undefined
}

const phasesUpTo = (phase: Phase): readonly Phase[] => (phase === 'first' ? ['first'] : ['first', 'second'])

const overdue = ({ fault }: KillPoint, ended: Ended | undefined): readonly string[] =>
  fault !== 'kill' && ended?.signal === 'SIGKILL' ? ['it did not stop when it was asked to'] : []
