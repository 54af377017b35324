import { z } from 'zod'

const CURSOR = 'what next_cursor of the page before gave'
const FORM = /^c(0|[1-9]\d{0,15})$/

/** Opaque to callers: where the page before ended. */
export const formatCursor = (next: number): string => Buffer.from(`c${next}`).toString('base64url')

export const cursorInQuery = z
  .string({ error: CURSOR })
  .transform((text, context) => {
    const after = FORM.exec(Buffer.from(text, 'base64url').toString('latin1'))?.[1]
    if (after !== undefined && formatCursor(Number(after)) === text) return Number(after)
    context.addIssue({ code: 'custom', message: CURSOR })
    return z.NEVER
  })
  .meta({ description: 'Where to go on: `next_cursor` of the page before.' })
