import { parentPort, workerData } from 'node:worker_threads'
import { readFlatBatch } from './flat-batch.ts'
import type { WriterAnswer, WriterQuestion } from './worker-host.ts'
import { Writer } from './writer.ts'

/** The thread that writes: knows statements and transactions, and nothing of orders. */
const { path }: { path: string } = workerData
let writer: Writer | undefined

parentPort?.on('message', (question: WriterQuestion) => parentPort?.postMessage(answer(question)))

function answer(question: WriterQuestion): WriterAnswer {
  if (question === 'open') {
    writer = new Writer(path)
    return { kind: 'open' }
  }
  if (writer === undefined) throw new Error('the writer was asked before it was open')
  if (question === 'probe') return writer.probe()
  if (question === 'checkpoint') return writer.checkpoint()
  if (question === 'close') {
    writer.close()
    return { kind: 'closed' }
  }
  return writer.run(readFlatBatch(question))
}
