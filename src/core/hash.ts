import { hash } from 'node:crypto'

/** SHA-256 of the UTF-8 bytes of `text`, in lower-case hex. A function of its input alone. */
export const sha256 = (text: string): string => hash('sha256', text, 'hex')
