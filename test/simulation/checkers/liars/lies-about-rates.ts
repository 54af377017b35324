import { BUDGET } from './double-daemon.ts'
import { read } from './honest-life.ts'
import type { Lie } from './lie.ts'

/** How often a venue is asked, and when it is not to be. */
export const LIES_ABOUT_RATES: readonly Lie[] = [
  {
    checker: "within the venue's budget",
    tells: 'more requests than the venue allows in a second',
    told: (daemon) => {
      for (let n = 0; n <= BUDGET; n += 1) read(daemon, 'b')
      daemon.look()
    },
  },
  {
    checker: 'left alone when asked',
    tells: 'a request that does not wait as long as the venue asked',
    told: (daemon) => {
      daemon.cross({ account: 'b', what: 'read', direction: 'in', body: '', retryAfterMs: 2_000 })
      daemon.look('always', 1_000)
      read(daemon, 'b')
      daemon.look()
    },
  },
  {
    checker: 'left alone when asked',
    tells: 'a restart that forgets what the venue asked for',
    told: (daemon) => {
      daemon.cross({ account: 'b', what: 'read', direction: 'in', body: '', retryAfterMs: 5_000 })
      daemon.look('always', 1_500)
      daemon.note('b', 'sync.completed')
      daemon.look()
      daemon.restart(false)
      read(daemon, 'b')
      daemon.look()
    },
  },
]
