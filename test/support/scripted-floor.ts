import { DatabaseSync } from 'node:sqlite'
import { openSqliteStore } from '../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import { loadConfig } from '../../src/config/load.ts'
import { parseJsonText } from '../../src/core/json-text.ts'
import { assembleTrading } from '../../src/wiring/assemble-trading.ts'
import { HandTime, KeptLog } from './hand-time.ts'
import { T0 } from './orders.ts'
import { type ScriptedGateway, theAccount, theQuote } from './scripted-gateway.ts'

let draws = 0
/** A whole floor over a broker that does as it is told. */
export async function scriptedFloor(gateway: ScriptedGateway) {
  const time = new HandTime(T0)
  const database = new DatabaseSync(':memory:')
  gateway.onAccount = () => theAccount('1000000')
  gateway.onQuote = (symbol) => ({ ...theQuote(symbol), time: time.now(), receivedAt: time.now() })
  const text = JSON.stringify({
    accounts: { paper: { venue: 'paper' } },
    order_management: { duplicate_policy: 'allow' },
    risk: { max_signal_age: '1h' },
    rate_limit: { max_queue_age: '5m' },
  })
  const loaded = loadConfig({ path: 'config.json', env: {}, readFile: () => text })
  if (loaded instanceof Error) throw loaded
  const draw = (): number => {
    draws = (draws + 0.618_033) % 1
    return draws
  }
  const { floor, store } = await assembleTrading(
    loaded.config,
    {
      clock: time,
      timers: time,
      random: { draw },
      log: new KeptLog(),
      haltFile: { exists: () => false },
      onFatal: () => undefined,
      openStore: () => openSqliteStore({ database, now: () => time.now(), newInstallation: () => 'bench' }),
      openGateway: async () => gateway,
      openSinks: async () => [],
    },
    'test',
  )
  await floor.start()
  let sent = 0
  const send = (over: object = {}) => {
    sent += 1
    const body = { signal_id: `sig-${sent}`, symbol: 'AAPL', side: 'buy', quantity: '10', limit_price: '101', ...over }
    return floor.admit({ body: parseJsonText(JSON.stringify(body)), receivedAt: time.now(), by: 'the test' })
  }
  const open = async () => (await store.orders({ open: true }, { limit: 10 })).items
  return { floor, store, time, send, open, account: () => floor.status().accounts[0] }
}
