/** Thrown by a sink for an event that it cannot take, today or tomorrow; the others wait no longer than it takes to be sure. */
export class Unpublishable extends Error {
  override readonly name = 'Unpublishable'
}
