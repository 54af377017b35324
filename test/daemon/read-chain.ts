import { createHash } from 'node:crypto'

/** The audit log checked the way anybody can: from the text alone, with nothing of the product. */
export function readChain(text: string): { readonly lines: number; readonly wrong: readonly string[] } {
  const wrong: string[] = []
  const lines = text.split('\n').slice(0, -1)
  let before = '0'.repeat(64)
  for (const [index, line] of lines.entries()) {
    const { seq, prev, hash } = JSON.parse(line)
    const content = line.replace(/,"hash":"[0-9a-f]{64}"\}$/, '}')
    const found = createHash('sha256').update(content).digest('hex')
    if (seq !== index + 1 || prev !== before || hash !== found) wrong.push(`line ${index + 1}: ${line}`)
    before = hash
  }
  return { lines: lines.length, wrong }
}
