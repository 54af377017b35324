import type { Provenance } from './provenance.ts'
import { type Path, type RawValue, rawAt } from './raw-value.ts'
import { setAt } from './set-at.ts'

const DERIVED: readonly { readonly from: string; readonly path: Path; readonly place: (folder: string) => string }[] = [
  { from: 'data_dir', path: ['storage', 'url'], place: (folder) => `sqlite:${folder}/surefill.db` },
  { from: 'log_dir', path: ['audit', 'path'], place: (folder) => `${folder}/orders.jsonl` },
  { from: 'log_dir', path: ['audit', 'trades_path'], place: (folder) => `${folder}/trades.jsonl` },
]

/** Paths that nobody set follow the folder that somebody did. */
export function deriveDefaults(raw: RawValue, provenance: Provenance): RawValue {
  return DERIVED.reduce((before, { from, path, place }) => {
    const folder = rawAt(before, [from])
    if (typeof folder !== 'string' || folder === '' || rawAt(before, path) !== undefined) return before
    const value = place(folder.replace(/\/+$/, ''))
    const after = setAt(before, path, value)
    if (after === undefined) return before
    provenance.note(path, value, provenance.originOf([from]))
    if (provenance.isHidden([from])) provenance.hide(path)
    return after
  }, raw)
}
