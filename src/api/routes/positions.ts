import { z } from 'zod'
import type { Position } from '../../core/position.ts'
import type { ApiDeps } from '../api-deps.ts'
import { type Call, call } from '../call.ts'
import { POSITION, POSITION_EXAMPLE, presentPosition } from '../views/position-view.ts'

const POSITIONS = z.object({ items: z.array(POSITION) })

export function positionCalls(deps: Pick<ApiDeps, 'commands' | 'reader' | 'isQuarantined'>): readonly Call[] {
  const { commands, reader, isQuarantined } = deps
  const list = async (isWanted: (position: Position) => boolean) => {
    const venues = new Map(commands.status().accounts.map(({ name, venue }) => [name, venue]))
    const positions = (await reader.positions()).filter(isWanted)
    const items = positions.map((position) => {
      const { account, symbol } = position
      const venue = venues.get(account) ?? 'unknown'
      const marketPrice = commands.marketPrice(account, symbol)
      return presentPosition(position, { venue, marketPrice, quarantined: isQuarantined(account, symbol) })
    })
    return { status: 200, json: { items } }
  }
  return [
    call({
      method: 'GET',
      path: '/v1/positions',
      id: 'listPositions',
      tag: 'Positions',
      summary: 'Positions',
      access: 'read',
      answers: {
        200: { what: 'One per account and symbol.', schema: POSITIONS, example: { items: [POSITION_EXAMPLE] } },
      },
      run: () => list(() => true),
    }),
    call({
      method: 'GET',
      path: '/v1/positions/{symbol}',
      id: 'getPositions',
      tag: 'Positions',
      summary: 'Positions in a symbol',
      description: 'The symbol is percent-encoded: `BTC/USD` is `BTC%2FUSD`.',
      access: 'read',
      answers: {
        200: {
          what: 'One per account; none when it was never held.',
          schema: POSITIONS,
          example: { items: [POSITION_EXAMPLE] },
        },
      },
      run: ({ params }) => list(({ symbol }) => symbol === params.symbol),
    }),
  ]
}
