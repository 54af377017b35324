import { parentPort, workerData } from 'node:worker_threads'
import type { PaperAnswer } from '../faces/paper-face.ts'
import { openVenues, type PaperOptions } from './open-venues.ts'
import type { FromWorker, ToWorker, WorkerRequest } from './paper-worker.ts'

/** Runs inside the thread. An error that the venue cannot answer for ends it, and the other side is told. */
const options: PaperOptions = workerData
const venues = openVenues(options)
const port = parentPort
const post = (message: FromWorker): void => port?.postMessage(message)

port?.on('message', (message: ToWorker) => {
  if (message.kind === 'request') post({ kind: 'answer', id: message.id, answer: answer(message.request) })
  else if (message.kind === 'watch') watch(message.account)
  else {
    venues.close()
    port.close()
  }
})
post({ kind: 'ready' })

function answer({ account, ...request }: WorkerRequest): PaperAnswer {
  const face = venues.faceOf(account)
  if (face !== undefined) return face.handle(request)
  return { status: 404, body: JSON.stringify({ code: 'unknown_account', message: `no account ${account}` }) }
}

function watch(account: string | undefined): void {
  venues.faceOf(account)?.subscribe((message) => post({ kind: 'event', account, message }))
}
