import { isRawObject, type Path, pathText, type RawValue } from './raw-value.ts'

export type Origin =
  | { readonly from: 'default' }
  | { readonly from: 'file' }
  | { readonly from: 'environment'; readonly variable: string }

const DEFAULT: Origin = { from: 'default' }

/** Where each value came from, and which came through `${…}` and are therefore never shown. */
export class Provenance {
  readonly #origins = new Map<string, Origin>()
  readonly #hidden = new Set<string>()

  /** Notes single values only: what a block leaves out is still a default. */
  note(path: Path, raw: RawValue, origin: Origin): void {
    if (Array.isArray(raw)) {
      this.#origins.set(pathText(path), origin)
      for (const [index, item] of raw.entries()) this.note([...path, index], item, origin)
    } else if (isRawObject(raw)) {
      for (const [key, inner] of Object.entries(raw)) this.note([...path, key], inner, origin)
    } else {
      this.#origins.set(pathText(path), origin)
    }
  }
  hide(path: Path): void {
    this.#hidden.add(pathText(path))
  }
  forget(path: Path): void {
    const text = pathText(path)
    for (const known of [...this.#origins.keys()]) if (isWithin(known, text)) this.#origins.delete(known)
    for (const known of [...this.#hidden]) if (isWithin(known, text)) this.#hidden.delete(known)
  }

  originOf(path: Path): Origin {
    return this.#origins.get(pathText(path)) ?? DEFAULT
  }
  isSet(path: Path): boolean {
    return this.originOf(path).from !== 'default'
  }
  isHidden(path: Path): boolean {
    return this.#hidden.has(pathText(path))
  }
}

/** Is `path` the place itself, or inside it? */
export function isWithin(path: string, place: string): boolean {
  if (place === '' || path === place) return true
  return path.startsWith(place) && ['.', '['].includes(path.charAt(place.length))
}
