import { type Row, rowsOf, textIn } from './row.ts'
import { plainText } from './text/plain-text.ts'

/** What a person can do about a refusal whose own words do not say it. */
const REMEDIES: Readonly<Record<string, string>> = {
  'auth.missing': 'Set SUREFILL_API_KEY, or run this where the daemon keeps data/api-key.',
  'auth.invalid': 'SUREFILL_API_KEY or data/api-key belongs to another daemon, or the key was changed.',
  'auth.role': 'Use a key whose role may do this: see api.keys in the configuration.',
  'host.not_allowed': 'Add the host to api.allowed_hosts, or use the address the daemon listens on.',
  'order.unknown': 'See "surefill orders" for the orders there are.',
  'order.final': 'It has ended already; there is nothing left to cancel.',
  'signal.conflict': 'Use another --id for another signal.',
  'rate.intake': 'Wait a moment and send it again with the same id: it is executed once at most.',
  'rate.requests': 'Wait a moment, then try again.',
  'store.unavailable': 'Nothing was stored. See the log of the daemon; send it again with the same id.',
  'halt.file_present': 'Remove the file HALT from the data directory, then run "surefill resume".',
  'halt.other_since': 'Look at "surefill status": it was halted again since.',
}

/** A problem in words: code and detail, every single mistake, and what to do. */
export function problemText(problem: Row): string {
  const code = textIn(problem, 'code') ?? `http.${textIn(problem, 'status') ?? 'error'}`
  const detail = textIn(problem, 'detail') ?? textIn(problem, 'title') ?? 'refused'
  const value = textIn(problem, 'value')
  const limit = textIn(problem, 'limit')
  const orderId = textIn(problem, 'order_id')
  const remedy = textIn(problem, 'remedy') ?? REMEDIES[code]
  const lines = [
    `${code}: ${detail}`,
    ...rowsOf(problem.errors).map((error) => `  ${textIn(error, 'message') ?? textIn(error, 'code') ?? ''}`),
    ...(value === undefined || limit === undefined ? [] : [`  measured ${value}, allowed ${limit}`]),
    ...(orderId === undefined ? [] : [`  order ${orderId}`]),
    ...(remedy === undefined ? [] : [`What to do: ${remedy}`]),
  ]
  return lines.map(plainText).join('\n')
}
