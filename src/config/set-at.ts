import { isRawObject, type Path, type RawValue } from './raw-value.ts'

/** A copy with one place set, blocks made on the way; `undefined` when something on the way is no block or list. */
export function setAt(raw: RawValue | undefined, path: Path, value: RawValue): RawValue | undefined {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (Array.isArray(raw)) {
    const index = Number(key)
    const inner = index < raw.length ? setAt(raw[index], rest, value) : undefined
    return inner === undefined ? undefined : raw.with(index, inner)
  }
  if (typeof key === 'number' || (raw !== undefined && !isRawObject(raw))) return undefined
  const own = raw !== undefined && Object.hasOwn(raw, key) ? raw[String(key)] : undefined
  const inner = setAt(own, rest, value)
  return inner === undefined ? undefined : { ...raw, [String(key)]: inner }
}

/** A copy without one place; list items behind it move up. */
export function cutAt(raw: RawValue, path: Path): RawValue {
  const [key, ...rest] = path
  if (key === undefined) return raw
  if (Array.isArray(raw)) {
    const index = Number(key)
    if (rest.length === 0) return raw.toSpliced(index, 1)
    return raw.map((item, at) => (at === index ? cutAt(item, rest) : item))
  }
  const name = String(key)
  if (!isRawObject(raw) || !Object.hasOwn(raw, name)) return raw
  const { [name]: inner, ...others } = raw
  return rest.length === 0 || inner === undefined ? others : { ...raw, [name]: cutAt(inner, rest) }
}
