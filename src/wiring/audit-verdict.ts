import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { verifyAudit } from '../adapters/sinks/audit-log/verify-audit.ts'
import { inlineLists } from '../adapters/stores/sqlite/list-host.ts'
import { openReader } from '../adapters/stores/sqlite/open-connection.ts'
import { Reader } from '../adapters/stores/sqlite/reader.ts'
import { rowsOf } from '../adapters/stores/sqlite/rows-of.ts'
import { AppendFile } from '../adapters/system/append-file.ts'
import type { AuditRequest, AuditVerdict } from '../cli/daemon-port.ts'
import { sqlitePath } from './sqlite-path.ts'

/** Walks the log, and the store beside it when asked; both are only read, so a daemon may run meanwhile. */
export async function auditVerdict({ path, only, head, store }: AuditRequest): Promise<AuditVerdict> {
  if (!existsSync(path)) throw new Error(`there is no audit log at ${path}`)
  const request = {
    file: new AppendFile(path),
    ...(only === undefined ? {} : { only: basename(only) }),
    ...(head === undefined ? {} : { head }),
  }
  if (store === undefined) return verifyAudit(request)
  const db = openReader(sqlitePath(store.config))
  try {
    const rows = rowsOf(db)
    return await verifyAudit({ ...request, store: new Reader({ points: rows, lists: inlineLists(rows) }) })
  } finally {
    db.close()
  }
}
