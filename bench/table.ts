import type { Line } from './line.ts'

const HEADINGS = ['row', 'what', 'ours', 'limit', 'ratio', 'goal', 'met']

const figure = (value: number | undefined, unit: string): string =>
  value === undefined
    ? '–'
    : `${value.toLocaleString('en-US', { maximumSignificantDigits: 4, useGrouping: false })} ${unit}`

function verdict({ met, notMeasured, rounds = Number.POSITIVE_INFINITY }: Line, asked: number): string {
  if (notMeasured !== undefined) return `not measured: ${notMeasured}`
  return `${met ? 'met' : 'NOT MET'}${rounds < asked ? ` (${rounds} of ${asked} rounds)` : ''}`
}

function cells(line: Line, asked: number): string[] {
  const { row, what, unit, goal, ours, limit, against, ratio } = line
  return [
    row,
    what,
    figure(ours, unit),
    limit === undefined ? '–' : `${figure(limit, unit)}${against === undefined ? '' : ` (${against})`}`,
    ratio === undefined ? '–' : `${ratio.toFixed(2)} ×`,
    goal,
    verdict(line, asked),
  ]
}

/** `asked`: how many rounds there should have been. */
export function table(lines: readonly Line[], asked: number): string {
  const rows = [HEADINGS, ...lines.map((line) => cells(line, asked))]
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
