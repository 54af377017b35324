import type { EventSource } from '../api/event-source.ts'
import type { EventFeed } from '../flow/outbox/event-feed.ts'
import { parseFeedPosition } from '../flow/outbox/feed-position.ts'

/** The feed as the API asks for it. */
export const eventSource = (feed: EventFeed): EventSource => ({
  parsePosition: parseFeedPosition,
  formatPosition: (position) =>
    [...position].map(([account, seq]) => `${encodeURIComponent(account)}:${seq}`).join(','),
  heads: () => feed.positions(),
  read: (from) => feed.read(from),
})
