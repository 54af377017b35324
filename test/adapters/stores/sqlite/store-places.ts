import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openSqliteStore } from '../../../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import type { StorePlace } from '../../../conformance/order-store.ts'
import { T0 } from '../../../support/orders.ts'

let drawn = 0
export const ambient = {
  now: () => T0,
  newInstallation: () => {
    drawn += 1
    return `installation-${drawn}`
  },
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'surefill-store-'))

export async function filePlace(): Promise<StorePlace> {
  const folder = newFolder()
  return {
    open: () => openSqliteStore({ path: join(folder, 'data', 'surefill.db'), ...ambient }),
    remove: async () => rmSync(folder, { recursive: true }),
  }
}

export async function memoryPlace(): Promise<StorePlace> {
  const database = new DatabaseSync(':memory:')
  return {
    open: () => openSqliteStore({ database, ...ambient }),
    remove: async () => database.close(),
  }
}
