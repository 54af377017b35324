import type { ApiClient } from './api-client.ts'
import { CliFailure, EXIT } from './cli-failure.ts'
import { itemsIn, textIn } from './row.ts'

const WHOLE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const SHORTEST_END = 4

/** The open case a person means: its id, or enough of its end. More than one that could be meant is a refusal. */
export async function findCaseId(api: ApiClient, given: string): Promise<string> {
  if (WHOLE_ID.test(given)) return given
  const open = itemsIn((await api.read('/v1/cases', { query: { state: 'open', limit: '500' } })).body)
  const ids = open.map((found) => textIn(found, 'id') ?? '')
  const candidates = given.length < SHORTEST_END ? [] : ids.filter((id) => id.endsWith(given))
  const [only, ...others] = candidates
  if (only === undefined)
    throw new CliFailure(EXIT.failed, `No open case has the id ${given}, or one that ends with it.`)
  if (others.length === 0) return only
  throw new CliFailure(EXIT.failed, `${given} may be any of these cases; name one:\n  ${candidates.join('\n  ')}`)
}
