import type { Paint } from '../text/colour.ts'
import { displayWidth } from '../text/display-width.ts'
import { plainText } from '../text/plain-text.ts'
import { wrapped } from './wrapped.ts'

/** Names and values under each other; what is absent has no line. */
export function fields(
  entries: readonly (readonly [name: string, value: string | undefined])[],
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): string {
  const shown = entries.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [{ name, value }]))
  const width = Math.max(0, ...shown.map(({ name }) => displayWidth(name)))
  return shown
    .map(({ name, value }) => {
      const [first = '', ...rest] = wrapped(plainText(value), columns - width - 2)
      const lines = [
        `${paint('faint', name.padEnd(width))}  ${first}`,
        ...rest.map((more) => `${' '.repeat(width + 2)}${more}`),
      ]
      return lines.map((line) => `${line}\n`).join('')
    })
    .join('')
}
