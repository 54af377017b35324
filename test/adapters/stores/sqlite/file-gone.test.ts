import { copyFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openSqliteStore } from '../../../../src/adapters/stores/sqlite/open-sqlite-store.ts'
import { birthOf, orderOf } from '../sample-commits.ts'
import { ambient, newFolder } from './store-places.ts'

it.each<[string, (path: string) => void]>([
  ['its log was removed by hand', (path) => rmSync(`${path}-wal`)],
  ['it was removed', (path) => rmSync(path)],
  [
    'another file was put in its place',
    (path) => {
      copyFileSync(path, `${path}.copy`)
      renameSync(`${path}.copy`, path)
    },
  ],
])('a store acknowledges nothing more once %s, since the next start would not find it', async (_, meddle) => {
  const folder = newFolder()
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'surefill.db')
  const store = await openSqliteStore({ path, ...ambient })
  const { epoch } = await store.openAccount('paper')
  await store.commit(birthOf(orderOf(1), epoch))
  meddle(path)
  await expect(store.commit(birthOf(orderOf(2), epoch))).rejects.toMatchObject({ name: 'StoreError', fatal: true })
  expect(await store.probe()).toBe(false)
  await expect(store.commit(birthOf(orderOf(3), epoch))).rejects.toMatchObject({ fatal: true })
  await store.close()
})
