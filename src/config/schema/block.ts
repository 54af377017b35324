import { z } from 'zod'

/** A block of options under one key; absent, it is read as if it were empty, so that every option has its default. */
export const block = <S extends z.ZodRawShape>(description: string, shape: S) =>
  z.strictObject(shape).meta({ description }).prefault(emptyBlock)

/** Typed as the input of any shape: zod cannot see through a generic one that all its keys may be absent. */
const emptyBlock = (): never => ({}) as never

/** A block that stands for something which is only there when it is configured. */
export const optionalBlock = <S extends z.ZodRawShape>(description: string, shape: S) =>
  z.strictObject(shape).meta({ description }).exactOptional()

/** Printable ASCII without spaces: what a strategy or a symbol is made of, and what every reader of the JSON schema understands. */
const KEY = /^[!-~]{1,64}$/

/** Blocks or options by a name the user chooses. */
export const named = <T extends z.ZodType>(description: string, value: T, key: RegExp = KEY) =>
  z.record(z.string().regex(key), value).meta({ description }).prefault(emptyBlock)

export const listOf = <T extends z.ZodType>(description: string, item: T, min = 0) =>
  z.array(item).min(min).meta({ description })
