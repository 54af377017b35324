import { block, named } from './block.ts'
import { text } from './kinds.ts'
import { optional, required } from './option.ts'

const account = text({ what: 'the name of an account' })

export const routing = block(
  'Which account an order goes to when its signal names none: first by strategy, then by symbol, then the default.',
  {
    default: optional(account, 'The account for everything else. With a single account it is that one.'),
    by_strategy: named('Accounts by strategy name.', required(account, 'The account of this strategy.')),
    by_symbol: named('Accounts by symbol.', required(account, 'The account of this symbol.')),
  },
)
