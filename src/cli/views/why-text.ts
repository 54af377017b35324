import { numberIn, type Row, rowIn, rowsOf, textIn, textsIn } from '../row.ts'
import type { Paint } from '../text/colour.ts'
import { count, grouped } from '../text/number-text.ts'
import { plainText } from '../text/plain-text.ts'
import { table } from '../text/table.ts'
import { type TimeStyle, timeColumn } from '../text/time-text.ts'
import { spaced, statusStyle } from './order-words.ts'
import { wrapped } from './wrapped.ts'

interface WhyStyle {
  readonly time: TimeStyle
  readonly columns: number
  readonly paint: Paint
}

/** The decision in words: what the price was made of, how the size came out, which rules were asked, what the venue said. */
export function whyText(why: Row, style: WhyStyle): string {
  const { paint } = style
  const status = textIn(why, 'status')
  const decided = rowIn(why, 'decided')
  const head = `${paint('strong', `Order ${textIn(why, 'order_id') ?? ''}`)}  ${paint(statusStyle(status), spaced(status))}\n`
  const sections = [
    section('Denied', denialWords(rowIn(why, 'denial'))),
    section('Price', [...referenceWords(rowIn(decided, 'reference')), ...priceWords(rowIn(decided, 'price'))]),
    section('Type', typeWords(rowIn(decided, 'type'))),
    section('Size', sizeWords(rowIn(decided, 'size'))),
    riskSection(rowsOf(decided.risk), style),
    section('Sent', attemptWords(rowsOf(why.attempts), style.time)),
    section('Filled', witnessWords(rowsOf(why.witnesses), style.time)),
  ]
  return head + sections.filter((text) => text !== '').join('')

  function section(title: string, sentences: readonly string[]): string {
    if (sentences.length === 0) return ''
    const lines = sentences.flatMap((sentence) =>
      wrapped(plainText(sentence), style.columns - 2).map((line, index) => `${index === 0 ? '  ' : '    '}${line}\n`),
    )
    return `\n${paint('strong', title)}\n${lines.join('')}`
  }
}

function denialWords(denial: Row): readonly string[] {
  const code = textIn(denial, 'code')
  if (code === undefined) return []
  const limit = textIn(denial, 'limit')
  const remedy = textIn(denial, 'remedy')
  return [
    `${code}: ${textIn(denial, 'message') ?? ''}`,
    ...(limit === undefined ? [] : [`measured ${textIn(denial, 'value') ?? '?'}, allowed ${limit}`]),
    ...(remedy === undefined ? [] : [`what to do: ${remedy}`]),
  ]
}

function referenceWords(reference: Row): readonly string[] {
  const price = textIn(reference, 'price')
  if (price === undefined) return []
  const source = textIn(reference, 'source')
  const from = source === 'signal' ? 'from the signal' : `from the venue's quote (${source ?? 'quote'})`
  const age = numberIn(reference, 'age_ms')
  const [bid, ask] = [textIn(reference, 'bid'), textIn(reference, 'ask')]
  const quote = bid === undefined || ask === undefined ? '' : `; bid ${grouped(bid)}, ask ${grouped(ask)}`
  return [`reference ${grouped(price)} ${from}${age === undefined ? '' : `, ${grouped(String(age))} ms old`}${quote}`]
}

function priceWords(price: Row): readonly string[] {
  const computed = textIn(price, 'computed')
  if (computed === undefined) return []
  const unit = textIn(price, 'offset_mode') === 'bps' ? ' bps' : ''
  const made =
    textIn(price, 'source') === 'signal'
      ? 'the signal names its limit'
      : `offset ${textIn(price, 'offset') ?? '?'}${unit}`
  const guard = textIn(price, 'guard_price')
  return [
    `${made}: ${grouped(computed)}`,
    `rounded ${textIn(price, 'rounding') ?? ''} to the tick ${textIn(price, 'tick') ?? '?'}: ${grouped(textIn(price, 'rounded') ?? textIn(price, 'limit_price'))}`,
    ...(guard === undefined
      ? []
      : [
          `slippage guard ${textIn(price, 'max_slippage_pct') ?? '?'} %, at worst ${grouped(guard)}: ${textIn(price, 'guard') ?? ''}`,
        ]),
    ...(textIn(price, 'limit_price') === undefined ? [] : [`limit ${grouped(textIn(price, 'limit_price'))}`]),
  ]
}

function typeWords(type: Row): readonly string[] {
  const orderType = textIn(type, 'order_type')
  if (orderType === undefined) return []
  const against = textsIn(type, 'against_market').map(spaced)
  const by = textIn(type, 'chosen_by') === 'signal' ? 'as the signal asks' : 'by the rules'
  const objections =
    orderType === 'market' || against.length === 0 ? '' : `; against a market order: ${against.join(', ')}`
  return [
    `${orderType} ${by}, urgency ${textIn(type, 'urgency') ?? '?'}, spread ${textIn(type, 'spread_pct') ?? '?'} %${objections}`,
  ]
}

function sizeWords(size: Row): readonly string[] {
  const asked = textIn(size, 'asked')
  if (asked === undefined) return []
  const [quantity, notional] = [textIn(size, 'quantity'), textIn(size, 'notional')]
  const result = quantity === undefined ? '' : `, comes to ${grouped(quantity)}`
  const worth = notional === undefined ? '' : `, worth ${grouped(notional)}`
  return [
    `asked for ${textIn(size, 'by') ?? ''} ${grouped(asked)} in lots of ${textIn(size, 'lot') ?? '?'}${result}${worth}`,
  ]
}

function riskSection(rules: readonly Row[], { columns, paint }: WhyStyle): string {
  if (rules.length === 0) return ''
  const verdict = (rule: Row): string => (rule.ok === false ? 'NO' : rule.exempt === true ? 'exempt' : 'ok')
  const binding = rules.filter((rule) => rule.ok === false || textIn(rule, 'limit') !== 'unlimited')
  const rest = rules.length - binding.length
  const body = table(
    binding,
    [
      { header: '  RULE', value: (rule) => `  ${spaced(textIn(rule, 'rule'))}`, shrinkTo: 20 },
      { header: 'MEASURED', value: (rule) => grouped(textIn(rule, 'value')), align: 'right', shrinkTo: 12 },
      { header: 'ALLOWED', value: (rule) => grouped(textIn(rule, 'limit')), align: 'right', shrinkTo: 12 },
      {
        header: '',
        value: verdict,
        style: (rule) => (rule.ok === false ? 'bad' : rule.exempt === true ? 'faint' : 'good'),
      },
    ],
    { columns, paint },
  )
  const more =
    rest === 0
      ? ''
      : `  ${paint('faint', `${count(rest, 'more rule')} ${rest === 1 ? 'has' : 'have'} no limit; --json shows all`)}\n`
  return `\n${paint('strong', 'Rules')}\n${body}${more}`
}

function attemptWords(attempts: readonly Row[], time: TimeStyle): readonly string[] {
  const answers = attempts.flatMap((attempt) => rowsOf(attempt.answers))
  const at = timeColumn(
    [...attempts, ...answers].map((one) => textIn(one, 'at')),
    time,
    'millis',
  )
  return attempts.flatMap((attempt) => {
    const wait = numberIn(attempt, 'limiter_wait_ms') ?? 0
    const waited = wait === 0 ? '' : `, after ${grouped(String(wait))} ms of waiting for the venue's budget`
    return [
      `${at(textIn(attempt, 'at'))} attempt ${textIn(attempt, 'attempt') ?? '?'} as ${textIn(attempt, 'client_order_id') ?? '?'}${waited}`,
      ...rowsOf(attempt.answers).map((answer) => `${at(textIn(answer, 'at'))} ${answerWords(answer)}`),
    ]
  })
}

function answerWords(answer: Row): string {
  const event = spaced((textIn(answer, 'event') ?? '').replace('order.', ''))
  const latency = textIn(answer, 'latency_ms')
  const parts = [
    textIn(answer, 'code'),
    textIn(answer, 'reason'),
    textIn(answer, 'broker_order_id'),
    latency === undefined ? undefined : `${latency} ms`,
  ]
  const proof = textIn(answer, 'proof')
  return [event, ...parts, proof === undefined ? undefined : `proof: ${proof}`].filter(Boolean).join(', ')
}

function witnessWords(witnesses: readonly Row[], time: TimeStyle): readonly string[] {
  const at = timeColumn(
    witnesses.map((one) => textIn(one, 'at')),
    time,
    'millis',
  )
  return witnesses.map((witness) => {
    const fill = rowIn(witness, 'fill')
    const detection = rowIn(witness, 'detection')
    const methods = textsIn(detection, 'methods')
    const proof =
      methods.length === 0
        ? ''
        : `, proven by ${methods.join(' and ')} with confidence ${textIn(detection, 'confidence') ?? '?'}`
    const channel = textIn(witness, 'channel')
    return `${at(textIn(witness, 'at'))} ${grouped(textIn(fill, 'quantity'))} at ${grouped(textIn(fill, 'price'))}${channel === undefined ? '' : `, heard by ${spaced(channel)}`}${proof}`
  })
}
