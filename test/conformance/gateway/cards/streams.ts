import assert from 'node:assert/strict'
import type { Bench } from '../bench.ts'
import { Chapter } from '../card.ts'

/** A stream may drop, double, swap and end what it tells: nothing is booked twice, and the look-up has the rest. */
export const streams = new Chapter('stream')
const card = streams.card.bind(streams)
const FRAMES = ['streams', 'hand:strikeFrame', 'hand:fill'] as const

async function filledInTwo(at: Bench) {
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId, '4')
  await at.hands.fill(placed.clientOrderId)
  return placed
}

card('a fill is heard as it happens, with price and time', ['streams', 'hand:fill'], async (at) => {
  const heard = await at.listen()
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId)
  const [fill] = await at.until('the fill is heard', () => {
    const fills = [...heard.executionsOf(placed.clientOrderId).values()]
    return fills.length > 0 && fills
  })
  const [execution] = (await at.booked(placed)).executions
  assert.deepEqual([`${fill?.quantity}`, `${fill?.price}`], ['10', execution?.price])
  assert.deepEqual(new Set(heard.reports.map(({ channel }) => channel)), new Set(['stream']))
})
card('stream and look-up call an execution by one name', ['streams', 'hand:fill'], async (at) => {
  const heard = await at.listen()
  const placed = await filledInTwo(at)
  await at.until('both are heard', () => heard.executionsOf(placed.clientOrderId).size === 2)
  const looked = (await at.filled(placed, '10')).fills.map(({ executionId }) => executionId)
  assert.deepEqual(new Set(heard.executionsOf(placed.clientOrderId).keys()), new Set(looked))
})
card('the life of an order is heard from its beginning to its end', ['streams'], async (at) => {
  const heard = await at.listen()
  const placed = await at.placeWorking({ limit: 'resting' })
  await at.cancel(placed)
  await at.until('its end is heard', () => heard.of(placed.clientOrderId).some(({ status }) => status === 'cancelled'))
  assert.ok(heard.of(placed.clientOrderId).some(({ status }) => status === 'working'))
  assert.ok(heard.of(placed.clientOrderId).every(({ brokerOrderId }) => brokerOrderId === placed.brokerOrderId))
})
card('a frame that comes twice is one execution', FRAMES, async (at) => {
  await at.hands.strikeFrame('duplicated')
  const heard = await at.listen()
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId)
  await at.until(
    'it is heard twice',
    () => heard.of(placed.clientOrderId).filter(({ fills }) => fills.length > 0).length >= 2,
  )
  assert.equal(heard.executionsOf(placed.clientOrderId).size, 1)
})
card('a frame that is dropped is found by asking', FRAMES, async (at) => {
  await at.hands.strikeFrame('dropped')
  const heard = await at.listen()
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId)
  assert.equal((await at.filled(placed, '10')).status, 'filled')
  assert.ok(heard.of(placed.clientOrderId).every(({ status }) => status !== 'filled'))
})
card('a part that is dropped leaves a gap that the count shows and the look-up fills', FRAMES, async (at) => {
  await at.hands.strikeFrame('dropped', 'part')
  const heard = await at.listen()
  const placed = await filledInTwo(at)
  const last = await at.until('the end is heard', () =>
    heard.of(placed.clientOrderId).findLast(({ status }) => status === 'filled'),
  )
  assert.equal(`${last.cumulativeQuantity}`, '10')
  const missed = new Set((await at.filled(placed, '10')).fills.map(({ executionId }) => executionId))
  for (const name of heard.executionsOf(placed.clientOrderId).keys()) assert.ok(missed.has(name as never), name)
})
card('frames that change places are the same executions', FRAMES, async (at) => {
  await at.hands.strikeFrame('reordered', 'part')
  const heard = await at.listen()
  const placed = await filledInTwo(at)
  await at.until('both are heard', () => heard.executionsOf(placed.clientOrderId).size === 2)
  const parts = [...heard.executionsOf(placed.clientOrderId).values()].map(({ quantity }) => `${quantity}`)
  assert.deepEqual(new Set(parts), new Set(['4', '6']))
})
card('a frame that comes late tells no other execution than the look-up did', FRAMES, async (at) => {
  await at.hands.strikeFrame('late')
  const heard = await at.listen()
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId)
  const looked = (await at.filled(placed, '10')).fills.map(({ executionId }) => executionId)
  await at.until('it is heard', () => heard.executionsOf(placed.clientOrderId).size === 1)
  assert.deepEqual([...heard.executionsOf(placed.clientOrderId).keys()], looked)
})
card('a frame that cannot be read is told as missed, and the stream goes on', FRAMES, async (at) => {
  await at.hands.strikeFrame('followed by rubbish')
  const heard = await at.listen()
  const [one, two] = [await at.placeWorking(), await at.placeWorking()]
  await at.hands.fill(one.clientOrderId)
  await at.until('something was missed', () => heard.missed.length > 0)
  await at.hands.fill(two.clientOrderId)
  await at.until('the next is heard', () => heard.executionsOf(two.clientOrderId).size === 1)
  assert.deepEqual([heard.missed.length, heard.closings], [1, []])
})
for (const how of ['closed', 'reset'] as const) {
  card(
    `that is ${how} says so once, and another can be opened`,
    ['streams', 'hand:endStreams', 'hand:fill'],
    async (at) => {
      const heard = await at.listen()
      await at.hands.endStreams(how)
      await at.until('it is told', () => heard.closings.length > 0)
      const next = await at.listen()
      const placed = await at.placeWorking()
      await at.hands.fill(placed.clientOrderId)
      await at.until('the fill is heard', () => next.executionsOf(placed.clientOrderId).size === 1)
      assert.deepEqual([heard.closings.length, heard.reports.length], [1, 0])
    },
  )
}
card(
  'that falls silent keeps nothing from the look-up',
  ['streams', 'hand:silenceStreams', 'hand:fill'],
  async (at) => {
    const heard = await at.listen()
    await at.hands.silenceStreams()
    const placed = await at.placeWorking()
    await at.hands.fill(placed.clientOrderId)
    assert.equal((await at.filled(placed, '10')).status, 'filled')
    assert.equal(heard.executionsOf(placed.clientOrderId).size, 0)
  },
)
card('that is refused is told as closed and was never open', ['streams', 'hand:refuseStreams'], async (at) => {
  await at.hands.refuseStreams()
  const [opened, closed] = await new Promise<[number, string]>((resolve) => {
    let opened = 0
    at.gateway.openStream({
      opened: () => {
        opened += 1
      },
      report: () => undefined,
      closed: (cause) => resolve([opened, cause]),
    })
  })
  assert.ok(opened === 0 && closed.length > 0)
})
card('that we close tells nothing more, not even that it closed', ['streams', 'hand:fill'], async (at) => {
  const [heard, other] = [await at.listen(), await at.listen()]
  heard.close()
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId)
  await at.until('the other one hears it', () => other.executionsOf(placed.clientOrderId).size === 1)
  assert.deepEqual([heard.reports, heard.closings], [[], []])
})
