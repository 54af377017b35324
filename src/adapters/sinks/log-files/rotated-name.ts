import { formatTime, type Instant } from '../../../core/time.ts'

/** `orders.jsonl` goes on as `orders-YYYYMMDD-NNN.jsonl`, in UTC. Sorted as here, the names are in order of their lines. */
interface RotatedName {
  readonly name: string
  readonly day: string
  readonly number: number
}

export const dayOf = (at: Instant): string => formatTime(at).slice(0, 10).replaceAll('-', '')

export function rotatedNames(current: string, names: readonly string[]): readonly string[] {
  return parsed(current, names).map(({ name }) => name)
}

/** A clock that went back must not put a newer file before an older one, so the day never does. */
export function nextRotatedName(current: string, names: readonly string[], day: string): string {
  const newest = parsed(current, names).at(-1)
  const [stem, extension] = split(current)
  const name = (on: string, number: number): string => `${stem}-${on}-${String(number).padStart(3, '0')}${extension}`
  return newest === undefined || newest.day < day ? name(day, 1) : name(newest.day, newest.number + 1)
}

export function expiredNames(current: string, names: readonly string[], oldestDay: string): readonly string[] {
  return parsed(current, names)
    .filter(({ day }) => day < oldestDay)
    .map(({ name }) => name)
}

function parsed(current: string, names: readonly string[]): readonly RotatedName[] {
  const [stem, extension] = split(current)
  return names
    .flatMap((name) => {
      if (!name.startsWith(`${stem}-`) || !name.endsWith(extension)) return []
      const match = /^(\d{8})-(\d{3,9})$/.exec(name.slice(stem.length + 1, name.length - extension.length))
      const [, day, number] = match ?? []
      return day === undefined || number === undefined ? [] : [{ name, day, number: Number(number) }]
    })
    .sort((a, b) => (a.day === b.day ? a.number - b.number : a.day < b.day ? -1 : 1))
}

function split(current: string): [stem: string, extension: string] {
  const dot = current.lastIndexOf('.')
  return dot <= 0 ? [current, ''] : [current.slice(0, dot), current.slice(dot)]
}
