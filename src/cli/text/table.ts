import { type Paint, type Style, UNPAINTED } from './colour.ts'
import { displayWidth, truncate } from './display-width.ts'
import { plainText } from './plain-text.ts'

/**
 * Rows under headings. Guarantees: columns line up in terminal cells whatever is in them, no line is wider than
 * `columns`, and what had to be shortened says so.
 */
export interface Column<Row> {
  readonly header: string
  readonly value: (row: Row) => string | undefined
  readonly style?: (row: Row) => Style
  /** Numbers end at the same place. */
  readonly align?: 'right'
  /** May be made this narrow when the screen is; other columns keep their width. */
  readonly shrinkTo?: number
  /** Left out when everything else is as narrow as it may be: the highest first. */
  readonly dispensable?: number
}
export interface TableOptions {
  readonly columns: number
  readonly paint?: Paint
}

interface Sized<Row> {
  readonly column: Column<Row>
  readonly cells: readonly string[]
  readonly width: number
}

const GAP = 2

export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], options: TableOptions): string {
  const { paint = UNPAINTED } = options
  const sized = columns.map((column) => measured(column, rows)).filter(({ cells }) => cells.some((cell) => cell !== ''))
  if (sized.length === 0) return ''
  const fitted = narrowed(sized, options.columns)
  const line = (cells: readonly string[], style: (index: number) => Style): string =>
    fitted
      .map(({ column, width }, index) => {
        const cell = truncate(cells[index] ?? '', width)
        const padding = ' '.repeat(Math.max(0, width - displayWidth(cell)))
        const painted = paint(style(index), cell)
        return column.align === 'right' ? padding + painted : painted + padding
      })
      .join(' '.repeat(GAP))
      .trimEnd()
  const head = line(
    fitted.map(({ column }) => column.header),
    () => 'faint',
  )
  const body = rows.map((row, number) =>
    line(
      fitted.map(({ cells }) => cells[number] ?? ''),
      (index) => fitted[index]?.column.style?.(row) ?? 'plain',
    ),
  )
  return [head, ...body].map((text) => `${text}\n`).join('')
}

function measured<Row>(column: Column<Row>, rows: readonly Row[]): Sized<Row> {
  const cells = rows.map((row) => plainText(column.value(row) ?? ''))
  return { column, cells, width: Math.max(displayWidth(column.header), ...cells.map(displayWidth)) }
}

function narrowed<Row>(sized: readonly Sized<Row>[], columns: number): readonly Sized<Row>[] {
  const excess = total(sized) - columns
  if (excess <= 0) return sized
  const shrunk = shrink(sized, excess)
  if (total(shrunk) <= columns) return shrunk
  const victim = sized.reduce<Sized<Row> | undefined>(
    (worst, one) => (rank(one) > (worst === undefined ? 0 : rank(worst)) ? one : worst),
    undefined,
  )
  if (victim !== undefined)
    return narrowed(
      sized.filter((one) => one !== victim),
      columns,
    )
  return cutOff(shrunk, columns)
}

const rank = <Row>({ column }: Sized<Row>): number => column.dispensable ?? 0
const total = <Row>(sized: readonly Sized<Row>[]): number =>
  sized.reduce((sum, { width }) => sum + width, GAP * Math.max(0, sized.length - 1))

/** The widest of those that may shrink gives first, so that no column is crushed while another is roomy. */
function shrink<Row>(sized: readonly Sized<Row>[], excess: number): readonly Sized<Row>[] {
  const widths = sized.map(({ width }) => width)
  const room = (index: number): number => (widths[index] ?? 0) - (sized[index]?.column.shrinkTo ?? Infinity)
  for (let left = excess; left > 0; left -= 1) {
    const roomy = widths.map((_, index) => index).filter((index) => room(index) > 0)
    const widest = roomy.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0]
    if (widest === undefined) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return sized.map((one, index) => ({ ...one, width: widths[index] ?? one.width }))
}

/** Narrower than anybody sits in front of: whatever does not narrowed on the right is not shown. */
function cutOff<Row>(sized: readonly Sized<Row>[], columns: number): readonly Sized<Row>[] {
  const kept: Sized<Row>[] = []
  let left = columns
  for (const one of sized) {
    const width = Math.min(one.width, left)
    if (width <= 0) break
    kept.push({ ...one, width })
    left -= width + GAP
  }
  return kept
}
