/** A broken assumption of our own. The process stops, restarts and recovers; it never trades on. */
export class AssertionFailed extends Error {
  override readonly name = 'AssertionFailed'
}

export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new AssertionFailed(what)
}

export function unreachable(value: never): never {
  throw new AssertionFailed(`not a case we know: ${String(value)}`)
}
