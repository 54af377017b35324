import type { OursConfig } from '../subjects.ts'
import type { KEYS } from './submit.ts'

/** The product with its one account at Alpaca; its budget is as wide as in every other row. */
export const atAlpaca =
  ({ keyId, secretKey }: typeof KEYS) =>
  ({ accounts: { paper }, ...base }: OursConfig): object => ({
    ...base,
    order_management: { ...base.order_management, time_in_force: 'day' },
    accounts: {
      paper: {
        venue: 'alpaca',
        key_id: keyId,
        secret_key: secretKey,
        base_url: paper.base_url,
        rate_limit: paper.rate_limit,
      },
    },
  })
