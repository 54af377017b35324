import { linesBackward } from '../adapters/sinks/log-files/read-lines.ts'
import type { LogFile } from '../ports/log-file.ts'

const NEWEST = 20

/** The newest lines of a log that somebody else is writing, oldest first. The very last may not be whole yet, so it is left out. */
export const auditTail = (file: LogFile) => async (): Promise<readonly string[]> => {
  const lines: string[] = []
  for await (const { text } of linesBackward(file, file.name)) {
    lines.push(text)
    if (lines.length > NEWEST) break
  }
  return lines.slice(1).reverse()
}
