import type { AuditVerdict } from '../daemon-port.ts'
import type { Paint } from '../text/colour.ts'
import { count } from '../text/number-text.ts'
import { plainText } from '../text/plain-text.ts'
import { type TimeStyle, timeColumn, zoneName } from '../text/time-text.ts'
import { fields } from './fields.ts'

interface VerdictStyle {
  readonly time: TimeStyle
  readonly paint: Paint
  readonly columns: number
}

export function verdictText(verdict: AuditVerdict, folder: string, style: VerdictStyle): string {
  const { paint, time } = style
  const { firstSeq, firstTime, lastTime, head, comparison } = verdict
  if (verdict.files.length === 0) return `${paint('bad', 'nothing to verify')}: there is no audit log in ${folder}\n`
  const at = timeColumn([firstTime, lastTime], time)
  const facts = fields(
    [
      ['files', verdict.files.join(', ')],
      ['lines', `${count(verdict.lines, 'line')}${firstSeq === undefined ? '' : `, from number ${firstSeq}`}`],
      ['from', firstTime === undefined ? undefined : `${at(firstTime)} to ${at(lastTime)} (${zoneName(time)})`],
      ['head', head === undefined ? undefined : `${head.hash} (number ${head.seq})`],
      ['store', comparison === undefined ? undefined : comparisonWords(comparison)],
      ['torn', verdict.torn ? 'the last line has no end, as a crash leaves it; the next start repairs it' : undefined],
      ['older', firstSeq !== undefined && firstSeq > 1 ? 'older files are gone; what is left is whole' : undefined],
    ],
    style,
  )
  return `${verdictLine(verdict, paint)}${differenceLines(comparison, paint)}${facts}`
}

function verdictLine({ ok, problem }: AuditVerdict, paint: Paint): string {
  if (ok) return `${paint('good', 'verified')}: every line is as it was written\n`
  if (problem === undefined) return `${paint('alarm', ' NOT VERIFIED ')} the log and the store differ\n`
  const seq = problem.seq === undefined ? '' : `, which should be number ${problem.seq}`
  return `${paint('alarm', ' NOT VERIFIED ')} ${plainText(problem.file)} line ${problem.line}${seq}: ${plainText(problem.problem)}\n`
}

const comparisonWords = ({ orders, notComparable, differences }: NonNullable<AuditVerdict['comparison']>): string =>
  `${count(orders, 'order')} compared, ${count(differences.length, 'difference')}${notComparable === 0 ? '' : `, ${notComparable} began before the oldest file`}`

const differenceLines = (comparison: AuditVerdict['comparison'], paint: Paint): string =>
  (comparison?.differences ?? []).map((text) => `  ${paint('bad', '≠')} ${plainText(text)}\n`).join('')
