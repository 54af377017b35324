import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { formatTime } from '../../core/time.ts'
import { credentialsOf, SESSION_COOKIE } from '../auth/credentials.ts'
import { ROLES } from '../auth/key-ring.ts'
import type { PageSessions } from '../auth/page-sessions.ts'
import { type Call, call } from '../call.ts'
import type { Gate } from '../gate.ts'
import { timeText } from '../views/kinds.ts'

const KEY = z.strictObject({
  key: z.string({ error: 'an API key' }).min(1, { error: 'an API key' }).max(512, { error: 'an API key' }),
})
const SESSION = z
  .object({ name: z.string(), role: z.enum(ROLES), ends_at: timeText('End of the session.') })
  .meta({ id: 'Session' })

/** The page turns a key into a cookie that no script can read, so the key itself is kept nowhere in the browser. */
export const sessionCalls = (sessions: PageSessions, gate: Gate, sessionMs: number): readonly Call[] => [
  call<undefined, z.output<typeof KEY>>({
    method: 'POST',
    path: '/v1/session',
    id: 'openSession',
    tag: 'Page',
    summary: 'Turn a key into the cookie of the page',
    access: 'public',
    body: { schema: KEY, example: { key: 'KEY' } },
    answers: {
      200: {
        what: 'The cookie is set.',
        schema: SESSION,
        example: { name: 'desk', role: 'admin', ends_at: '2026-03-03T02:30:00.000Z' },
      },
    },
    problems: ['auth.invalid', 'auth.throttled', 'body.invalid'],
    run: ({ body, request }) => {
      const principal = gate.principalOf(body.key, request.ip)
      const { token, endsAt } = sessions.open(principal)
      const cookie = `${SESSION_COOKIE}=${token}; Max-Age=${Math.floor(sessionMs / 1_000)}; ${attributes(request.headers)}`
      const json = { name: principal.name, role: principal.role, ends_at: formatTime(endsAt) }
      return { status: 200, json, headers: { 'set-cookie': cookie } }
    },
  }),
  call({
    method: 'DELETE',
    path: '/v1/session',
    id: 'closeSession',
    tag: 'Page',
    summary: 'End the session of the page',
    access: 'public',
    answers: { 204: { what: 'It has ended.' } },
    run: ({ request }) => {
      const shown = credentialsOf(request.headers, request.raw.rawHeaders)
      if (shown.kind === 'session') sessions.end(shown.token)
      return { status: 204, headers: { 'set-cookie': `${SESSION_COOKIE}=; Max-Age=0; ${attributes(request.headers)}` } }
    },
  }),
]

/** Behind a proxy that ends TLS the cookie is for TLS alone; who forges the header spoils only their own cookie. */
const attributes = (headers: IncomingHttpHeaders): string =>
  `Path=/; HttpOnly; SameSite=Strict${headers['x-forwarded-proto'] === 'https' ? '; Secure' : ''}`
