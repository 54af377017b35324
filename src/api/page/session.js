/** Talks to the daemon with the session cookie; asks for a key when there is none. No script ever sees the key again. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? `the daemon answered ${status}`)
    this.status = status
    this.code = problem.code ?? 'unknown'
    this.traceId = problem.trace_id
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }

export async function ask(path, { method = 'GET', body } = {}) {
  const sent =
    method === 'GET' ? {} : { headers: JSON_TYPE, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const response = await fetch(path, { method, credentials: 'same-origin', cache: 'no-store', ...sent })
  const text = await response.text()
  const answer = text === '' ? {} : JSON.parse(text)
  if (!response.ok) throw new Refused(response.status, answer)
  return answer
}

/** An element with its attributes and children; text goes in as text and never as markup. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(key, value === true ? '' : value)
  }
  element.append(...children.filter((child) => child !== undefined && child !== ''))
  return element
}

/** Shows the form in `place`; settles once a session is open. */
export function signIn(place) {
  const key = el('input', {
    id: 'key',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
    spellcheck: 'false',
  })
  const said = el('p', { class: 'said', role: 'alert' })
  const button = el('button', { type: 'submit' }, 'Open')
  const hint = el(
    'p',
    { class: 'hint' },
    'Without keys in the configuration, one is generated into ',
    el('code', {}, 'data/api-key'),
    '.',
  )
  const form = el(
    'form',
    { class: 'sign-in' },
    el('h1', {}, 'Sign in'),
    el('label', { for: 'key' }, 'API key'),
    key,
    button,
    said,
    hint,
  )
  place.replaceChildren(form)
  key.focus()
  return new Promise((resolve) => {
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      button.disabled = true
      try {
        const session = await ask('/v1/session', { method: 'POST', body: { key: key.value.trim() } })
        place.replaceChildren()
        resolve(session)
      } catch (error) {
        said.textContent = error instanceof Refused ? error.message : 'The daemon does not answer.'
        key.select()
      } finally {
        button.disabled = false
      }
    })
  })
}
