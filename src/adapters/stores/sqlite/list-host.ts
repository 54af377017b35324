import { StoreError } from '../../../ports/order-store.ts'
import type { CheckpointResult, Failed, SqlValue } from './commit-host.ts'
import type { ReadRows, Rows } from './rows-of.ts'
import { ThreadCalls } from './thread-calls.ts'

export type ListQuestion = 'checkpoint' | 'close' | { readonly sql: string; readonly params: readonly SqlValue[] }
export type ListAnswer = { readonly kind: 'rows'; readonly rows: Rows } | CheckpointResult | { readonly kind: 'closed' }

export interface ListHost {
  rows(sql: string, params: readonly SqlValue[]): Promise<Rows>
  /** Moves what it can of the log into the main file, beside readers and the writer. */
  checkpoint(): Promise<CheckpointResult>
  close(): Promise<void>
}

/** Nobody waits for the thread to start; the first question does, if it comes so early. */
export function threadLists(path: string): ListHost {
  const program = new URL('./list-thread.ts', import.meta.url)
  const calls = new ThreadCalls<ListQuestion, ListAnswer>(program, 'surefill-lists', path)
  return {
    rows: async (sql, params) => {
      const answer = await calls.ask({ sql, params }).catch(threadGone)
      if (answer.kind === 'rows') return answer.rows
      throw readError(answer.kind === 'failed' ? answer.message : `the lists answered ${answer.kind}`)
    },
    checkpoint: async () => {
      const answer = await calls.ask('checkpoint').catch(threadGone)
      return answer.kind === 'checked' || answer.kind === 'failed' ? answer : threadGone(`answered ${answer.kind}`)
    },
    close: async () => {
      await calls.ask('close').catch(() => undefined)
      await calls.end()
    },
  }
}

export const inlineLists = (read: ReadRows): ListHost => ({
  rows: async (sql, params) => read(sql, params),
  checkpoint: async () => ({ kind: 'checked', wal: { pages: 0, left: 0 } }),
  close: async () => undefined,
})

const readError = (message: string): StoreError => new StoreError(message, { fatal: false })
const threadGone = (cause: unknown): Failed => ({
  kind: 'failed',
  fatal: true,
  message: `the lists' thread is gone: ${cause}`,
})
