import { ask, el, Refused, signIn } from './session.js'

/** The document that machines read, set for people. */
const view = document.getElementById('view')
const notices = document.getElementById('notices')

async function description() {
  for (;;) {
    try {
      return await ask('/openapi.json')
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error
      await signIn(notices)
    }
  }
}

/** Words between backticks are code. */
const prose = (text = '') => text.split('`').map((part, n) => (n % 2 === 1 ? el('code', {}, part) : part))
const pretty = (value) => (typeof value === 'string' ? value : JSON.stringify(value, undefined, 2))
const words = (schema = {}) =>
  schema.$ref?.split('/').at(-1) ??
  schema.enum?.join(' | ') ??
  (schema.type === 'array' ? `list of ${words(schema.items)}` : (schema.format ?? schema.type ?? 'any'))
const cells = (row, tag = 'td') =>
  el('tr', {}, ...row.map((cell) => el(tag, {}, ...(typeof cell === 'string' ? prose(cell) : [cell]))))
const table = (head, rows) =>
  el(
    'div',
    { class: 'scroll' },
    el('table', {}, el('thead', {}, cells(head, 'th')), el('tbody', {}, ...rows.map((row) => cells(row)))),
  )

function example(title, value) {
  return value === undefined ? '' : el('figure', {}, el('figcaption', {}, title), el('pre', {}, pretty(value)))
}

function answers(responses) {
  return Object.entries(responses).map(([status, { description, content = {} }]) => {
    const [type, { example: one, examples = {} } = {}] = Object.entries(content)[0] ?? []
    const codes = Object.keys(examples)
    const head = el(
      'summary',
      {},
      el('span', { class: `badge ${status < 300 ? 'good' : status < 500 ? 'warn' : 'bad'}` }, status),
      ' ',
      ...prose(description),
    )
    if (codes.length > 0)
      return el('details', {}, head, el('p', {}, ...codes.flatMap((code) => [el('code', {}, code), ' '])))
    return el('details', {}, head, example(type ?? '', one))
  })
}

function operation(path, method, call) {
  const id = call.operationId
  const parameters = call.parameters ?? []
  const body = call.requestBody?.content['application/json'].example
  return el(
    'article',
    { class: 'call', id },
    el(
      'h3',
      {},
      el('span', { class: `verb ${method}` }, method.toUpperCase()),
      ' ',
      el('code', {}, path),
      ' ',
      el('a', { class: 'anchor', href: `#${id}` }, call.summary),
    ),
    ...call.description
      .split('\n\n')
      .filter((text) => text !== '')
      .map((text) => el('p', {}, ...prose(text))),
    parameters.length === 0
      ? ''
      : table(
          ['Parameter', 'Where', 'Kind', ''],
          parameters.map((one) => [
            el('code', {}, one.name),
            one.in,
            words(one.schema),
            one.description ?? one.schema.description,
          ]),
        ),
    example('Send', body),
    ...answers(call.responses),
  )
}

function section(name, calls) {
  return el('section', {}, el('h2', {}, name), ...calls.map(({ path, method, call }) => operation(path, method, call)))
}

function show({ info, paths, components, ...more }) {
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, call]) => ({ path, method, call })),
  )
  const shapes = Object.entries(components.schemas).toSorted(([a], [b]) => a.localeCompare(b))
  view.replaceChildren(
    el('h1', {}, `${info.title} ${info.version}`),
    el(
      'p',
      {},
      info.description,
      ' The machine-readable form is ',
      el('a', { href: '/openapi.json' }, '/openapi.json'),
      '.',
    ),
    ...[...Map.groupBy(calls, ({ call }) => call.tags[0])].map(([tag, some]) => section(tag, some)),
    el(
      'section',
      {},
      el('h2', {}, 'Shapes'),
      ...shapes.map(([name, schema]) =>
        el(
          'details',
          { id: `shape-${name}` },
          el('summary', {}, el('strong', {}, name)),
          table(
            ['Field', 'Kind', ''],
            Object.entries(schema.properties ?? {}).map(([field, one]) => [
              el('code', {}, field),
              words(one),
              one.description,
            ]),
          ),
        ),
      ),
    ),
    el(
      'section',
      {},
      el('h2', {}, 'Codes of denied orders'),
      table(
        ['Code', 'Meaning', 'What to do'],
        more['x-denial-codes'].map((one) => [el('code', {}, one.code), one.meaning, one.remedy]),
      ),
    ),
    el(
      'section',
      {},
      el('h2', {}, 'Codes of other problems'),
      table(
        ['Code', 'Status', 'Meaning'],
        more['x-problem-codes'].map((one) => [el('code', {}, one.code), `${one.status}`, one.meaning]),
      ),
    ),
  )
  view.hidden = false
  document.getElementById(location.hash.slice(1))?.scrollIntoView()
}

try {
  show(await description())
} catch (error) {
  notices.replaceChildren(
    el('p', { class: 'notice bad' }, el('strong', {}, 'The daemon does not answer'), ` ${error.message}`),
  )
}
