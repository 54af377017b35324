import { createHash } from 'node:crypto'

/** A secret that stands nowhere else in the world, and is the same in every run. */
export const canary = (name: string): string =>
  createHash('sha256')
    .update(`canary ${name}`)
    .digest('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 32)

interface Traces {
  readonly secret: string
  readonly form: string
  readonly text: string
  /** So much of it in one piece is a find; long enough that chance cannot write it. */
  readonly piece: number
}

/** Where a secret, or a piece of it, shows in a text: plainly, backwards, in base64 however it falls, or in hexadecimal. */
export function findCanaries(text: string, secrets: readonly string[]): readonly string[] {
  const found = new Set<string>()
  for (const { secret, form, text: trace, piece } of secrets.flatMap(traces)) {
    for (let at = 0; at + piece <= trace.length; at += 1) {
      const place = text.indexOf(trace.slice(at, at + piece))
      if (place < 0) continue
      found.add(`${secret.slice(0, 4)}… ${form}: …${text.slice(Math.max(0, place - 60), place + 60)}…`)
      break
    }
  }
  return [...found]
}

function traces(secret: string): readonly Traces[] {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  const aligned = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    return { secret, form: 'in base64', text: encoded.slice(4, -4), piece: 12 }
  })
  return [
    { secret, form: 'plain', text: secret, piece: 8 },
    { secret, form: 'backwards', text: [...secret].reverse().join(''), piece: 8 },
    ...aligned,
    { secret, form: 'in hexadecimal', text: hex, piece: 16 },
    { secret, form: 'in hexadecimal', text: hex.toUpperCase(), piece: 16 },
  ]
}
