import { ALPACA_CAPABILITIES } from '../../../src/adapters/brokers/alpaca/capabilities.ts'
import { PAPER_CAPABILITIES } from '../../../src/adapters/brokers/paper/capabilities.ts'
import type { VenueUnderTest } from './run-card.ts'
import { ALPACA_LACKS, ALPACA_SYMBOLS, openAlpaca, SETTLED_OTHERWISE } from './venues/alpaca-venue.ts'
import { openPaper, PAPER_LACKS, PAPER_SYMBOLS } from './venues/paper-venue.ts'

/** Every venue there is a gateway for. */
export const VENUES: readonly VenueUnderTest[] = [
  {
    name: 'alpaca',
    record: { capabilities: ALPACA_CAPABILITIES, symbols: ALPACA_SYMBOLS, lacks: ALPACA_LACKS },
    open: (keepsHours) => openAlpaca(keepsHours),
  },
  {
    name: 'alpaca-otherwise',
    record: { capabilities: ALPACA_CAPABILITIES, symbols: ALPACA_SYMBOLS, lacks: ALPACA_LACKS },
    open: (keepsHours) => openAlpaca(keepsHours, SETTLED_OTHERWISE),
  },
  {
    name: 'paper',
    record: { capabilities: PAPER_CAPABILITIES, symbols: PAPER_SYMBOLS, lacks: PAPER_LACKS },
    open: openPaper,
  },
]
