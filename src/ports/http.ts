/**
 * How far a request got. Only `not_sent` proves that the other side cannot have it; everything later may have happened.
 */
export type HttpPhase = 'not_sent' | 'dispatched' | 'headers_in' | 'body_in'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly deadlineMs: number
  /**
   * Called with the very bytes of the body as the last synchronous act before they may leave. What it throws ends the
   * request as `not_sent`. The transport behind it does not queue.
   */
  readonly beforeDispatch?: (body: string) => void
}

export type HttpResult =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
    }
  | { readonly kind: 'failed'; readonly phase: HttpPhase; readonly cause: string; readonly error?: unknown }

/** One broker's request channel. Never throws and never repeats a request. */
export interface HttpExchange {
  exchange(request: HttpRequest): Promise<HttpResult>
}

export interface MessageStream {
  close(): void
}
export interface StreamListener {
  opened(): void
  message(text: string): void
  /** After this nothing more comes; whoever wants more opens again. */
  closed(cause: string): void
}
/** One broker's push channel. */
export interface StreamConnector {
  open(path: string, listener: StreamListener): MessageStream
}
