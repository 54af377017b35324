import type { Line } from './line.ts'

const HEADINGS = ['row', 'what', 'ours', 'limit', 'ratio', 'goal', 'met']

const figure = (value: number | undefined, unit: string): string =>
  value === undefined
    ? '–'
    : `${value.toLocaleString('en-US', { maximumSignificantDigits: 4, useGrouping: false })} ${unit}`

function cells(line: Line): string[] {
  const { row, what, unit, goal, ours, limit, against, ratio, met, notMeasured } = line
  return [
    row,
    what,
    figure(ours, unit),
    limit === undefined ? '–' : `${figure(limit, unit)}${against === undefined ? '' : ` (${against})`}`,
    ratio === undefined ? '–' : `${ratio.toFixed(2)} ×`,
    goal,
    notMeasured === undefined ? (met ? 'met' : 'NOT MET') : `not measured: ${notMeasured}`,
  ]
}

export function table(lines: readonly Line[]): string {
  const rows = [HEADINGS, ...lines.map(cells)]
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
