import { DaemonProcess, type Ended } from '../support/daemon-process.ts'
import { openBriskVenue } from './brisk-venue.ts'
import { FILES, type KillPoint, placeOf, type Trace, targetOf } from './kill-points.ts'
import { comeToRest, withVenue } from './random-kills.ts'
import { type Phase, ReferenceLife } from './reference-life.ts'
import { injecting, readTrace, type Target, type TracedCall, tracing } from './tracer.ts'
import { type Verdict, verdictOn } from './verdict.ts'

export interface Tried {
  readonly point: KillPoint
  /** What was hit; absent when the life ended without making that call. */
  readonly hit: string | undefined
  /** What the kill in the life before it hit. */
  readonly hitBefore: string | undefined
  readonly verdict: Verdict
}

/** One thread for files, so that the number of a call does not depend on which of four threads was free. */
const ENV = { UV_THREADPOOL_SIZE: '1' }
/** A life that is cut short because the machine is busy would leave out what there is to hit. */
const TRACED_STEP_WITHIN_MS = 60_000
const TRACED_TRIES = 5

/** What is lived, and how each part ends when nothing ends it before. */
const PARTS: Readonly<Record<Phase, readonly Part[]>> = {
  first: [{ phase: 'first', end: 'SIGTERM' }],
  second: [
    { phase: 'first', end: 'SIGTERM' },
    { phase: 'second', end: 'SIGTERM' },
  ],
  recovery: [
    { phase: 'first', end: 'SIGKILL' },
    { phase: 'recovery', end: 'SIGTERM' },
  ],
}
interface Part {
  readonly phase: Phase
  readonly end: 'SIGTERM' | 'SIGKILL'
}

/** The reference life under the tracer, once for every target: what there is to hit. */
export async function traceAll(phases: readonly Phase[] = ['first', 'second']): Promise<readonly Trace[]> {
  const traces: Trace[] = []
  for (const target of ['main', ...Object.keys(FILES)])
    for (const phase of phases) traces.push(await traceWhole(phase, target))
  return traces
}

async function traceWhole(phase: Phase, target: string): Promise<Trace> {
  let missed: string | undefined
  for (let n = 0; n < TRACED_TRIES; n += 1) {
    const traced = await traceOne(phase, target)
    if (traced.missed === undefined) return traced.trace
    missed = traced.missed
  }
  throw new Error(`the reference life was never whole under the tracer (${phase}, ${target}): ${missed}`)
}

async function traceOne(phase: Phase, target: string) {
  await using venue = await openBriskVenue()
  await using daemon = DaemonProcess.prepared({ config: withVenue(venue.url), env: ENV })
  const life = new ReferenceLife(daemon, TRACED_STEP_WITHIN_MS)
  const output = outputOf(daemon, phase)
  const traced = targetIn(daemon, target)
  for (const part of PARTS[phase]) {
    daemon.through = part.phase === phase ? tracing(output, traced) : []
    await life.live(part.phase, part.end)
  }
  const calls = ofOthers(target, daemon.pid, readTrace(output))
  return { missed: life.missed, trace: { phase, target, calls } }
}

const outputOf = (daemon: DaemonProcess, phase: Phase): string => daemon.path(`trace-${phase}.txt`)
const targetIn = (daemon: DaemonProcess, name: string): Target => targetOf(name, (file) => daemon.path(file))

/** The main thread has its own points. */
const ofOthers = (target: string, pid: number, calls: Trace['calls']): Trace['calls'] =>
  target === 'main' ? calls : calls.filter(({ thread }) => thread !== String(pid))

/** The life with one fault, also after a kill in the part before; then a start without, peace, and the verdict. */
export async function tryPoint(point: KillPoint, before?: KillPoint): Promise<Tried> {
  await using venue = await openBriskVenue()
  await using daemon = DaemonProcess.prepared({ config: withVenue(venue.url), env: ENV })
  const life = new ReferenceLife(daemon)
  let ended: Ended | undefined
  for (const { phase, end } of PARTS[point.phase]) {
    const fault = [before, point].find((one) => one?.phase === phase)
    daemon.through =
      fault === undefined ? [] : injecting(outputOf(daemon, phase), targetIn(daemon, fault.target), fault)
    ended = await life.live(phase, end)
  }
  daemon.through = []
  await daemon.start()
  await comeToRest(daemon.client, life.trader)
  await daemon.stop()
  const [hit, hitBefore] = [point, before].map((one) => one && hitIn(readTrace(outputOf(daemon, one.phase)), one))
  const verdict = await verdictOn(daemon, venue.truth(), life.trader.sent)
  const violations = [...verdict.violations, ...overdue(point, ended)]
  return { point, hit, hitBefore, verdict: { ...verdict, violations } }
}

function hitIn(calls: readonly TracedCall[], { fault, number }: KillPoint): string | undefined {
  const hit = fault === 'kill' ? numbered(calls, number) : calls.find(({ isHit }) => isHit)
  return hit === undefined ? undefined : placeOf(hit)
}

/** The call before which a thread died. */
const numbered = (calls: readonly TracedCall[], number: number): TracedCall | undefined =>
  [...Map.groupBy(calls, ({ thread }) => thread).values()].find((one) => one.length >= number)?.[number - 1]

const overdue = ({ fault }: KillPoint, ended: Ended | undefined): readonly string[] =>
  fault !== 'kill' && ended?.signal === 'SIGKILL' ? ['it did not stop when it was asked to'] : []
