import { displayWidth, truncate } from '../text/display-width.ts'

/** Breaks between words; a word wider than a line is cut. */
export function wrapped(text: string, width: number): readonly string[] {
  if (!Number.isFinite(width)) return [text]
  const most = Math.max(10, width)
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    const joined = last === undefined ? word : `${last} ${word}`
    if (last !== undefined && displayWidth(joined) <= most) lines[lines.length - 1] = joined
    else lines.push(truncate(word, most))
  }
  return lines
}

/** Every line for itself; what does not fit goes on below, further in. */
export const wrappedText = (text: string, width: number): string =>
  text
    .split('\n')
    .map((line) => {
      const indent = /^ */.exec(line)?.[0] ?? ''
      const [first = '', ...rest] = wrapped(line.trimStart(), width - indent.length - HANGING.length)
      return [indent + first, ...rest.map((more) => indent + HANGING + more)].join('\n')
    })
    .join('\n')
const HANGING = '  '
