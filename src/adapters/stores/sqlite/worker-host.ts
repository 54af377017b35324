import type { BatchResult, CheckpointResult, CommitHost, Failed, ProbeResult } from './commit-host.ts'
import { type FlatBatch, flattenBatch } from './flat-batch.ts'
import { ThreadCalls } from './thread-calls.ts'

export type WriterQuestion = 'open' | 'probe' | 'checkpoint' | 'close' | FlatBatch
export type WriterAnswer =
  | BatchResult
  | CheckpointResult
  | ProbeResult
  | { readonly kind: 'open' }
  | { readonly kind: 'closed' }

/** The writer on a thread of its own, so that a slow disk never holds up the event loop. Settles once it is open. */
export async function workerHost(path: string): Promise<CommitHost> {
  const program = new URL('./worker-thread.ts', import.meta.url)
  const calls = new ThreadCalls<WriterQuestion, WriterAnswer>(program, 'surefill-writer', path)
  await calls.ask('open')
  const ask = async <K extends WriterAnswer['kind']>(question: WriterQuestion, kind: K) => {
    const answer = await calls.ask(question)
    if (isKind(answer, kind) || answer.kind === 'failed') return answer
    throw new Error(`the writer answered ${answer.kind}`)
  }
  return {
    run: (batch) => ask(flattenBatch(batch), 'durable'),
    probe: () => ask('probe', 'fit'),
    checkpoint: () => ask('checkpoint', 'checked'),
    close: async () => {
      await calls.ask('close').catch(() => undefined)
      await calls.end()
    },
  }
}

const isKind = <K extends WriterAnswer['kind']>(
  answer: WriterAnswer,
  kind: K,
): answer is Extract<WriterAnswer, { kind: K }> | Extract<Failed, { kind: K }> => answer.kind === kind
