/** Another process works on this file. It is free again as soon as that process is gone, however it ended. */
export class StoreLocked extends Error {
  override readonly name = 'StoreLocked'
  readonly path: string
  constructor(path: string) {
    super(`another instance is working on ${path}`)
    this.path = path
  }
}

export type StoreRefusal = 'newer_schema' | 'unknown_feature' | 'not_durable' | 'damaged' | 'unfit'

/** The file is not one that this version may safely trade on; nothing was changed. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused'
  readonly kind: StoreRefusal
  constructor(kind: StoreRefusal, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.kind = kind
  }
}
