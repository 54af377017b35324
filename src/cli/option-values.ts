import { InvalidArgumentError } from 'commander'

/** What an option takes, checked where it is read, so that a slip is told before anything is done. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`)
  }

export const seconds =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d+(\.\d{1,3})?$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It takes seconds from ${least} to ${most}.`)
  }

export const positiveNumber =
  (most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= most) return value
    throw new InvalidArgumentError(`It takes a number above 0, at most ${most}.`)
  }

/** Kept as text: not a digit is lost on the way. */
export function decimalText(text: string): string {
  if (/^\d+(\.\d+)?$/.test(text)) return text
  throw new InvalidArgumentError('It takes a plain number such as 12.5.')
}

export const oneOf =
  <const T extends string>(...words: readonly T[]) =>
  (text: string): T => {
    const found = words.find((word) => word === text.toLowerCase())
    if (found !== undefined) return found
    throw new InvalidArgumentError(`It takes one of ${words.join(', ')}.`)
  }
