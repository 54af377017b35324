import type { Evidence } from './evidence.ts'
import type { World } from './world/world.ts'

/** What may be looked at, as it stands at this moment; the lists are the growing ones themselves. */
export function knownEvidence(world: World): Evidence {
  const { time, recorder, disk, logs, sites } = world
  return {
    now: time.monotonic(),
    venues: sites.map(({ venue }) => venue.venue.truth),
    wire: recorder.wire,
    disk: disk.database,
    events: recorder.events,
    // Read only by those who ask: the text of a long log is dear.
    get audit() {
      return auditFiles(logs.names()).map((name) => logs.text(name))
    },
    answers: recorder.answers,
    halts: recorder.halts,
    restores: recorder.restores,
    lives: recorder.lives,
    storeTrouble: recorder.storeTrouble,
    listenerTrouble: recorder.listenerTrouble,
    tries: recorder.tries,
    configVersions: recorder.configVersions,
    streams: recorder.streams,
    limits: world.limits.byAccount,
  }
}

const CURRENT = 'orders.jsonl'
const auditFiles = (names: readonly string[]): readonly string[] => [
  ...names.filter((name) => name.startsWith('orders') && name !== CURRENT).sort(),
  ...names.filter((name) => name === CURRENT),
]
