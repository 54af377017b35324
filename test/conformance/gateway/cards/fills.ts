import assert from 'node:assert/strict'
import { averageOf, refTo, sumOf } from '../bench.ts'
import { Chapter } from '../card.ts'

/** Every part that trades is found, once, as the venue has it. */
export const fills = new Chapter('fills')
const card = fills.card.bind(fills)
const FILL = 'hand:fill'

card('a whole fill is found by look-up, with its execution', [FILL], async (at) => {
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId)
  const report = await at.filled(placed, '10')
  const [execution] = (await at.booked(placed)).executions
  assert.deepEqual(
    [report.status, `${report.cumulativeQuantity}`, `${report.fills[0]?.price}`],
    ['filled', '10', execution?.price],
  )
})
card('a part is told with what it came to', [FILL, 'average price on partial fills'], async (at) => {
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId, '4')
  const report = await at.filled(placed, '4')
  const [execution] = (await at.booked(placed)).executions
  assert.deepEqual(
    [report.status, `${report.cumulativeQuantity}`, `${report.averagePrice}`],
    ['working', '4', execution?.price],
  )
})
card('a part and the rest are two executions', [FILL], async (at) => {
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId, '4')
  await at.hands.fill(placed.clientOrderId)
  const report = await at.filled(placed, '10')
  assert.deepEqual([report.status, report.fills.map(({ quantity }) => `${quantity}`)], ['filled', ['4', '6']])
})
card('many parts add up to the venue’s own average', [FILL, 'hand:wait'], async (at) => {
  const placed = await at.placeWorking()
  for (const part of ['1', '2', '3', undefined]) {
    await at.hands.fill(placed.clientOrderId, part)
    await at.hands.wait(700)
  }
  const report = await at.filled(placed, '10')
  const { executions } = await at.booked(placed)
  assert.equal(executions.length, 4)
  assert.deepEqual(
    report.fills.map(({ quantity, price }) => [`${quantity}`, `${price}`]),
    executions.map(({ quantity, price }) => [quantity, price]),
  )
  assert.ok(
    report.averagePrice
      ?.minus(averageOf(executions, 9))
      .abs()
      .toString()
      .match(/^0(\.0{7}\d*)?$/),
  )
})
card('the executions have names, and no two the same', [FILL], async (at) => {
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId, '4')
  await at.hands.fill(placed.clientOrderId)
  const [first, again] = [await at.filled(placed, '10'), await at.find(placed)]
  const names = first.fills.map(({ executionId }) => executionId)
  assert.equal(new Set(names).size, 2)
  assert.deepEqual(
    again.fills.map(({ executionId }) => executionId),
    names,
  )
})
card('a part stays after the rest is called off', [FILL], async (at) => {
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId, '4')
  await at.cancel(placed)
  const report = await at.becomes(placed, 'cancelled')
  assert.deepEqual([`${report.cumulativeQuantity}`, `${sumOf(report.fills)}`], ['4', '4'])
})
card('a part stays after the rest expires', [FILL, 'hand:expire'], async (at) => {
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId, '4')
  await at.hands.expire(placed.clientOrderId)
  const report = await at.becomes(placed, 'expired')
  assert.deepEqual([`${report.cumulativeQuantity}`, `${sumOf(report.fills)}`], ['4', '4'])
})
card('a fill says when it was', [FILL], async (at) => {
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId)
  const report = await at.filled(placed, '10')
  const [fill] = report.fills
  assert.ok(report.takenAt !== undefined && fill !== undefined)
  assert.ok(fill.time >= report.takenAt)
  assert.ok(Math.abs((report.filledAt ?? 0) - fill.time) <= 1)
})
card('the list of executions has every one of them, with its order', [FILL], async (at) => {
  const [one, two] = [await at.placeWorking(), await at.placeWorking({ quantity: '5' })]
  await at.hands.fill(one.clientOrderId, '4')
  await at.hands.fill(two.clientOrderId)
  await at.hands.fill(one.clientOrderId)
  const since = (await at.find(one)).takenAt ?? 0
  const listed = await at.until('three executions are listed', async () => {
    const rows = await at.gateway.executions(since)
    return rows.length === 3 && rows
  })
  const seen = listed.toSorted((a, b) => a.time - b.time || a.quantity.compare(b.quantity))
  assert.deepEqual(
    new Set(seen.map(({ brokerOrderId, quantity, side }) => `${brokerOrderId} ${quantity} ${side}`)),
    new Set([`${one.brokerOrderId} 4 buy`, `${two.brokerOrderId} 5 buy`, `${one.brokerOrderId} 6 buy`]),
  )
})
card('executions before the moment asked for are not among them', [FILL, 'hand:wait'], async (at) => {
  const [early, late] = [await at.placeWorking(), await at.placeWorking({ quantity: '5' })]
  await at.hands.fill(early.clientOrderId)
  await at.filled(early, '10')
  await at.hands.wait(5_000)
  await at.hands.fill(late.clientOrderId)
  const since = (await at.filled(late, '5')).fills[0]?.time ?? 0
  const rows = await at.gateway.executions(since)
  assert.deepEqual(
    rows.map(({ brokerOrderId }) => brokerOrderId),
    [late.brokerOrderId],
  )
})
card('holdings and money follow the fill', [FILL], async (at) => {
  const before = await at.gateway.account()
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId)
  await at.filled(placed, '10')
  const [held] = (await at.gateway.positions()).filter(({ symbol }) => symbol === placed.symbol)
  const { executions } = await at.booked(placed)
  assert.equal(`${held?.quantity}`, '10')
  assert.equal(`${held?.averagePrice}`, executions[0]?.price)
  const paid = before.cash.minus((await at.gateway.account()).cash)
  assert.equal(`${paid}`, `${averageOf(executions, 9).times(placed.order.quantity)}`)
})
card('a fill that overtakes the answer is found all the same', ['hand:fillBeforeAnswer'], async (at) => {
  await at.hands.fillBeforeAnswer()
  const order = at.order()
  const outcome = await at.submit(order)
  assert.equal(outcome.kind, 'accepted')
  assert.equal((await at.filled(refTo(order), '10')).status, 'filled')
})
card('a trade that is undone is told as undone, under its name', [FILL, 'streams', 'hand:bust'], async (at) => {
  const heard = await at.listen()
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId)
  const name = (await at.filled(placed, '10')).fills[0]?.executionId ?? ''
  await at.hands.bust(placed.clientOrderId)
  const undone = await at.until('the execution is corrected', () => {
    const fill = heard.executionsOf(placed.clientOrderId).get(name)
    return fill?.correctedAt !== undefined && fill
  })
  assert.ok(undone.quantity.isZero)
})
card('a trade that is put right is told as it is now', [FILL, 'streams', 'hand:correct'], async (at) => {
  const heard = await at.listen()
  const placed = await at.placeWorking()
  await at.hands.fill(placed.clientOrderId)
  const name = (await at.filled(placed, '10')).fills[0]?.executionId ?? ''
  await at.hands.correct(placed.clientOrderId, '229.55')
  const right = await at.until('the execution is corrected', () => {
    const fill = heard.executionsOf(placed.clientOrderId).get(name)
    return fill?.correctedAt !== undefined && fill
  })
  assert.deepEqual([`${right.quantity}`, `${right.price}`], ['10', '229.55'])
})
