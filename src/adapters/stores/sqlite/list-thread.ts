import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { ListAnswer, ListQuestion } from './list-host.ts'
import { openWriter } from './open-connection.ts'
import { rowsOf } from './rows-of.ts'
import { faultText, isFatal } from './sqlite-fault.ts'
import { checkpointStatement, runCheckpoint } from './wal-state.ts'

/** Reads long lists and moves the log into the main file, both beside the writer and never in an order's path. */
const { path }: { path: string } = workerData
const db: DatabaseSync = openWriter(path)
const read = rowsOf(db)
const checkpoint = checkpointStatement(db, 'PASSIVE')
const look = checkpointStatement(db, 'NOOP')

parentPort?.on('message', (question: ListQuestion) => parentPort?.postMessage(answer(question)))

function answer(question: ListQuestion): ListAnswer {
  const phase = question === 'checkpoint' ? 'checkpoint' : 'statement'
  try {
    if (question === 'close') {
      db.close()
      return { kind: 'closed' }
    }
    if (question === 'checkpoint') return { kind: 'checked', wal: runCheckpoint(checkpoint, look) }
    return { kind: 'rows', rows: read(question.sql, question.params) }
  } catch (error) {
    return { kind: 'failed', fatal: isFatal(phase, error), message: `${phase}: ${faultText(error)}` }
  }
}
