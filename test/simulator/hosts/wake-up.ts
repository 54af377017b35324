/** Collects what arrives, and wakes whoever waits for more. */
export class WakeUp {
  readonly messages: string[] = []
  #waiting: PromiseWithResolvers<void> | undefined

  readonly take = (message: string): void => {
    this.messages.push(message)
    this.#waiting?.resolve()
    this.#waiting = undefined
  }
  nextMessage(): Promise<void> {
    this.#waiting ??= Promise.withResolvers()
    return this.#waiting.promise
  }
}
