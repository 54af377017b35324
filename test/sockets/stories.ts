import { until } from '../support/until.ts'
import { courseOf } from './courses.ts'
import type { Operation } from './scenario.ts'
import type { Stage } from './stage.ts'

/** How each operation is brought about, goes wrong, and is seen through. The truth is judged afterwards. */
type Story = (stage: Stage) => Promise<void>

const STRIKES_WITHIN_MS = 20_000
/** A venue that has not settled a cancel by then leaves the order to the market. */
const CANCEL_SETTLES_MS = 4_000
const ENDS: ReadonlySet<string> = new Set(['filled', 'canceled', 'expired', 'rejected'])

/** The order goes its way at the venue, and the daemon has to find out. */
async function takesItsCourse(stage: Stage): Promise<void> {
  const { trouble, state } = stage.scenario
  const { during, isKnown, after } = courseOf(trouble, state)
  await during(stage)
  stage.happenedAt = Date.now()
  if (stage.scenario.endsInCase !== true) {
    const known = await stage.knows(`${state} is known`, isKnown)
    // When it was recorded, not when somebody asked.
    stage.knownAt = Date.parse(String(known.updated_at))
  }
  await stage.hasStruckWithin(STRIKES_WITHIN_MS)
  after?.(stage)
}

async function worksUnheard(stage: Stage): Promise<void> {
  stage.deafen()
  await stage.send()
  await stage.becomes('accepted')
}

const submit: Story = async (stage) => {
  await stage.strike()
  await stage.send()
  await stage.atTheVenue()
  await takesItsCourse(stage)
}

const cancel: Story = async (stage) => {
  const { state } = stage.scenario
  await stage.send()
  const { id } = await stage.becomes('accepted')
  if (state === 'partly filled') {
    stage.byHand('fill', { qty: '4', price: '229.25' })
    await stage.becomes('partially_filled')
  } else if (state !== 'working') {
    // The daemon asks before it knows.
    stage.deafen()
    stage.byHand(state === 'filled' ? 'fill' : 'expire')
  }
  await stage.strike()
  stage.wasCancelled = true
  await stage.daemon.client.post(`/v1/orders/${id}/cancel`)
  await until('the venue settles the cancel', CANCEL_SETTLES_MS, () => isOver(stage) || undefined).catch(
    () => undefined,
  )
  if (!isOver(stage)) stage.byHand('fill', { price: '229.4' })
  await stage.becomes('cancelled', 'filled', 'expired')
}
const isOver = ({ truth }: Stage): boolean => truth.orders.every(({ last }) => ENDS.has(last.status))

/** Of an order that is in doubt, or that has left the list of open ones. */
const lookUp: Story = async (stage) => {
  if (stage.scenario.state !== 'working') {
    await worksUnheard(stage)
    // Until the next comparison nothing else shows what becomes of it.
    await stage.comparedSince(stage.truth.last)
    await stage.strike()
    return takesItsCourse(stage)
  }
  stage.deafen()
  const unlisted = { do: 'list-stale', ms: 600_000, times: 4 }
  stage.control('POST', '/faults', { ...unlisted, when: { method: 'GET', path: '/v2/orders' } })
  stage.control('POST', '/faults', { do: 'answer-lost', times: 1 })
  await stage.strike()
  await stage.send()
  await stage.atTheVenue()
  await takesItsCourse(stage)
}

const read: Story = async (stage) => {
  await worksUnheard(stage)
  await stage.strike()
  await takesItsCourse(stage)
}

/** A signal that cannot be judged is denied and never sent; the next one goes its way. */
const admission: Story = async (stage) => {
  await stage.strike()
  await stage.send()
  const isJudged = async (): Promise<true | undefined> =>
    stage.truth.orders.length > 0 || (await stage.order())?.status === 'denied' || undefined
  await until('the signal is judged', STRIKES_WITHIN_MS, isJudged)
  await stage.hasStruckWithin(STRIKES_WITHIN_MS)
  if (stage.truth.orders.length === 0) {
    stage.signalId = `${stage.account}-again`
    await stage.sendUntilTaken()
  }
  await stage.atTheVenue()
  await takesItsCourse(stage)
}

const connect: Story = async (stage) => {
  await stage.send()
  await stage.becomes('accepted')
  await stage.strike()
  stage.control('POST', '/streams/close', { how: 'reset' })
  await takesItsCourse(stage)
}

const frame: Story = async (stage) => {
  await stage.send()
  await stage.becomes('accepted')
  await stage.strike()
  await takesItsCourse(stage)
}

/** The daemon dies; what happens meanwhile it has to find at its next start, when something else goes wrong. */
const restart: Story = async (stage) => {
  const { at = 'look-up' } = stage.scenario
  const isInDoubt = at === 'submit'
  if (isInDoubt) await stage.strike(at)
  await stage.send()
  if (isInDoubt) await stage.atTheVenue()
  else await stage.becomes('accepted')
  await stage.daemon.kill('SIGKILL')
  const { during, isKnown, after } = courseOf(stage.scenario.trouble, stage.scenario.state)
  await during(stage)
  if (!isInDoubt) await stage.strike(at)
  await stage.daemon.start()
  await stage.knows(`${stage.scenario.state} is known`, isKnown)
  await stage.hasStruckWithin(STRIKES_WITHIN_MS)
  after?.(stage)
}

export const STORIES: Readonly<Record<Operation, Story>> = {
  submit,
  cancel,
  'look-up': lookUp,
  'list of open orders': read,
  'list of recent orders': read,
  activities: read,
  positions: read,
  account: admission,
  quote: admission,
  instrument: admission,
  'stream connect': connect,
  'stream frame': frame,
  restart,
}
