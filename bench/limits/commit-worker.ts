import { parentPort, workerData } from 'node:worker_threads'
import { openDurableStore, type Write } from './durable-store.ts'

const commit = openDurableStore(workerData)
parentPort?.on('message', (batches: Write[][]) => {
  commit(batches)
  parentPort?.postMessage(batches.length)
})
