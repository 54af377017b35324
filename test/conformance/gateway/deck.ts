import type { Card } from './card.ts'
import { cancels } from './cards/cancels.ts'
import { doubt } from './cards/doubt.ts'
import { fills } from './cards/fills.ts'
import { limits } from './cards/limits.ts'
import { lists } from './cards/lists.ts'
import { markets } from './cards/markets.ts'
import { outside } from './cards/outside.ts'
import { placement } from './cards/placement.ts'
import { precision } from './cards/precision.ts'
import { refusals } from './cards/refusals.ts'
import { replacements } from './cards/replacements.ts'
import { restarts } from './cards/restarts.ts'
import { streams } from './cards/streams.ts'

/** Every card, chapter by chapter. */
export const DECK: readonly Card[] = [
  placement,
  fills,
  cancels,
  replacements,
  refusals,
  doubt,
  restarts,
  outside,
  streams,
  lists,
  limits,
  markets,
  precision,
].flatMap(({ cards }) => cards)

export const fullName = ({ chapter, name }: Card): string => `${chapter}: ${name}`
