import { expect, it } from 'vitest'
import { tracedCalls } from './tracer.ts'

const on = '/data/surefill.db-wal'

it('a call that another thread interrupts is one call, where it began, also when a kill ends it', () => {
  const text = `7 fsync(4<${on}> <unfinished ...>
8 write(5</logs/orders.jsonl>, "{"..., 9) = 9
7 <... fsync resumed>)                  = -1 EIO (Input/output error) (INJECTED)
8 fsync(5</logs/orders.jsonl> <unfinished ...>
7 fsync(4<${on}>) = ?
7 +++ killed by SIGKILL +++`
  expect(tracedCalls(text)).toEqual([
    { thread: '7', call: 'fsync', on, isHit: true },
    { thread: '8', call: 'write', on: '/logs/orders.jsonl', isHit: false },
    { thread: '8', call: 'fsync', on: '/logs/orders.jsonl', isHit: false },
    { thread: '7', call: 'fsync', on, isHit: false },
  ])
})

it('a trace of one thread names none', () => {
  expect(tracedCalls('rename("/data/api-key.new", "/data/api-key") = 0')).toEqual([
    { thread: 'main', call: 'rename', on: '/data/api-key.new', isHit: false },
  ])
})
