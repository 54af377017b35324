import type { Order } from '../../core/order.ts'
import type { ProofPlan } from '../../core/proof-plan.ts'
import { askVenue } from './ask-venue.ts'
import { listsFrom, rivalsOf, type SearchDeps, type Sighting, searchLists } from './search-venue.ts'

/**
 * Which of the orders that our store calls unsent the venue shows all the same: a store that was put back from a backup
 * does not know what it has sent since. Where the venue itself refuses a repeated id there is nothing to find out.
 */
export async function sentBefore(
  unsent: readonly Order[],
  { findBy, resend }: ProofPlan,
  deps: SearchDeps,
): Promise<readonly Order[]> {
  const [first] = unsent
  if (first === undefined || resend === 'any_time') return []
  const since = Math.min(...unsent.map((order) => listsFrom(order, deps)))
  const lists = await askVenue({ ...deps, account: first.account }, since)
  const shown: Order[] = []
  for (const order of unsent) {
    const sighting = await searchLists(order, findBy, lists, deps)
    // As many as there are twins in doubt are theirs for all we know: the order waits behind those anyway.
    if (countOf(sighting) > (findBy === 'name' ? 0 : rivalsOf(order, deps.books).length)) shown.push(order)
  }
  return shown
}

const countOf = (sighting: Sighting): number =>
  sighting.kind === 'found' ? 1 : sighting.kind === 'unclear' ? sighting.reports.length : 0
