/**
 * Where a reader of the event feed stands: the last number of every account, so that it can go on without a gap over
 * several accounts. As text `ACCOUNT:SEQ,ACCOUNT:SEQ`, the account of the event itself first; an id made by hand of one
 * account is one too. An account that is not named has not been read at all.
 */
export type FeedPosition = ReadonlyMap<string, number>

/** Longer ids are nobody's of ours: a header has its bounds too. */
const LONGEST = 8_192
const ENTRY = /^([^:]+):(0|[1-9]\d{0,15})$/

export function formatFeedPosition(position: FeedPosition, first: string): string {
  let text = entry(first, position.get(first) ?? 0)
  for (const [account, seq] of position) {
    if (account !== first) text += `,${entry(account, seq)}`
  }
  return text
}

const entry = (account: string, seq: number): string => `${encodeURIComponent(account)}:${seq}`

/** `undefined` for what is no such text. */
export function parseFeedPosition(text: string): FeedPosition | undefined {
  if (text.length > LONGEST) return undefined
  const position = new Map<string, number>()
  for (const part of text.split(',')) {
    const [, name, digits] = ENTRY.exec(part) ?? []
    const account = name === undefined ? undefined : decoded(name)
    const seq = Number(digits)
    if (account === undefined || !Number.isSafeInteger(seq) || position.has(account)) return undefined
    position.set(account, seq)
  }
  return position
}

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name)
  } catch {
    return undefined
  }
}
