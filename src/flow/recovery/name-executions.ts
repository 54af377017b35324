import type { OrderNames } from '../../core/order-names.ts'
import type { ListedExecution } from '../../core/reconcile.ts'
import type { BrokerGateway } from '../../ports/broker-gateway.ts'

/**
 * Executions of orders that we know by nothing: where somebody changed an order of ours, its executions go by the id of
 * the one that took its place, and would be taken for a stranger's. The venue is asked what that chain began with.
 */
export async function withFirstNames(
  executions: readonly ListedExecution[],
  names: OrderNames,
  isBooked: (execution: ListedExecution) => boolean,
  gateway: Pick<BrokerGateway, 'firstNameOf'>,
): Promise<readonly ListedExecution[]> {
  const isNameless = (one: ListedExecution): boolean =>
    one.clientOrderId === undefined && names.of(one) === undefined && !isBooked(one)
  const ids = new Set(executions.filter(isNameless).flatMap(({ brokerOrderId }) => brokerOrderId ?? []))
  const firstNames = new Map<unknown, ListedExecution['clientOrderId']>()
  for (const id of ids) firstNames.set(id, await gateway.firstNameOf?.(id))
  return executions.map((one) => {
    const clientOrderId = isNameless(one) ? firstNames.get(one.brokerOrderId) : undefined
    return clientOrderId === undefined ? one : { ...one, clientOrderId }
  })
}
