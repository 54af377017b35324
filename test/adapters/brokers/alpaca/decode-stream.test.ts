import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../../../src/adapters/brokers/alpaca/decode-stream.ts'
import type { JsonValue } from '../../../../src/core/json-text.ts'
import { at, CONTEXT, entries, every, sample } from './sample.ts'

const updates = sample('trade-updates')
const frame = (message: JsonValue | undefined): string => JSON.stringify(message)
const told = (message: JsonValue | undefined) => decodeFrame(frame(message), { ...CONTEXT, channel: 'stream' })
const event = (name: string) => told(at(updates, 'events', name, 'message'))

describe('every event of the order stream', () => {
  it.each(entries(at(updates, 'events')))('%s is told with its order', (_name, sent) => {
    const order = at(sent, 'message', 'data', 'order')
    const word = told(at(sent, 'message'))
    expect(word).toMatchObject({
      report: { clientOrderId: at(order, 'client_order_id'), rawStatus: at(order, 'status') },
    })
  })
  it.each(entries(at(updates, 'documented')))('%s as it is documented too', (_name, message) => {
    expect(told(message)).toMatchObject({ kind: 'report' })
  })
  it('is the same in the stream that can be replayed', () => {
    const lines = every(sample('sse-trade-events'), 'event', 'order')
    for (const data of lines) expect(told({ stream: 'trade_updates', data })).not.toMatchObject({ kind: 'unreadable' })
  })
})

describe('an execution in the stream', () => {
  it('is told exactly, by how far it brought its order', () => {
    const word = event('partial_fill')
    if (word.kind !== 'report') throw new Error(word.kind)
    expect(word.executionId).toBe('d7c605aa-d766-4586-aa42-00000c0a492b')
    expect(word.report.fills).toMatchObject([{ executionId: 'bot-7f3a-000001@40' }])
    expect(word.report.fills[0]?.price.toString()).toBe('150.245')
  })
  it('has an id on events that are none, which says nothing', () => {
    expect(event('new')).toMatchObject({ report: { fills: [] } })
  })
  it('is not told where the snapshot is ahead of it', () => {
    const sent = at(updates, 'events', 'partial_fill', 'message')
    const order = at(updates, 'events', 'fill', 'message', 'data', 'order')
    const ahead = { ...(sent as object), data: { ...(at(sent, 'data') as object), order } } as never
    expect(told(ahead)).toMatchObject({ kind: 'report', report: { status: 'filled', fills: [] } })
  })
  it.each([
    ['trade_bust', 'd7c605aa-d766-4586-aa42-00000c0a492b', '0'],
    ['trade_correct', '75fd7f5b-759d-458d-aa4f-00000c198b6e', '60'],
  ])('that %s takes back or puts right is named', (name, previous, quantity) => {
    const word = event(name)
    if (word.kind !== 'corrected') throw new Error(word.kind)
    expect(word.correction.previousExecutionId).toBe(previous)
    expect(word.correction.quantity.toString()).toBe(quantity)
  })
})

describe('a frame that is not about an order', () => {
  it.each(
    every(sample('stream-control-frames'), 'message').flatMap(({ direction, message }): [string, JsonValue][] =>
      direction === 's2c' && message !== undefined ? [[frame(message), message]] : [],
    ),
  )('%s is the channel’s own', (_text, message) => expect(told(message)).toEqual({ kind: 'control' }))
})

describe('a frame that cannot be read', () => {
  const whole = frame(at(updates, 'events', 'fill', 'message'))
  it.each([
    ['cut off', whole.slice(0, 400)],
    ['empty', ''],
    ['not JSON', '<html>'],
    ['without an order', '{"stream":"trade_updates","data":{"event":"fill"}}'],
    ['without data', '{"stream":"trade_updates"}'],
    ['with a broken quantity', whole.replace('"filled_qty":"100"', '"filled_qty":"1oo"')],
  ])('%s is told as such and never guessed', (_what, text) => {
    expect(decodeFrame(text, CONTEXT)).toMatchObject({ kind: 'unreadable' })
  })
  it('at any cut crashes nothing', () => {
    for (let end = 0; end < whole.length; end += 1)
      expect(decodeFrame(whole.slice(0, end), CONTEXT).kind).toBe('unreadable')
  })
})

it('an event with a word that nobody knows is read by its order', () => {
  expect(event('future_unknown_event')).toMatchObject({ kind: 'report', report: { status: 'working' } })
})
