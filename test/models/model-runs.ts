import fc from 'fast-check'
import { vi } from 'vitest'

/** `--mode full`: the whole budget. Otherwise a share of it that every test run can afford. */
const isFull = process.env.MODE === 'full'
const FULL_RUNS = 2_000
const MOST_COMMANDS = 60
const FULL_TIMEOUT_MS = 600_000

if (isFull) vi.setConfig({ testTimeout: FULL_TIMEOUT_MS })

export const runs = (share: number): { readonly numRuns: number } => ({ numRuns: isFull ? FULL_RUNS : share })

/** Up to sixty commands; when a run fails, the path to replay it is part of what is printed. */
export const story = <M extends object, R>(
  commands: readonly fc.Arbitrary<fc.AsyncCommand<M, R>>[],
): fc.Arbitrary<Iterable<fc.AsyncCommand<M, R>>> =>
  fc.commands([...commands], { maxCommands: MOST_COMMANDS, size: 'max' })

export const shortStory = <M extends object, R>(
  commands: readonly fc.Arbitrary<fc.Command<M, R>>[],
): fc.Arbitrary<Iterable<fc.Command<M, R>>> => fc.commands([...commands], { maxCommands: MOST_COMMANDS, size: 'max' })

/** One thing that may happen: to the model and to the real part, which must then agree. */
export const happening = <M extends object, R, T extends void | Promise<void>>(
  name: string,
  run: (model: M, real: R) => T,
  check: (model: Readonly<M>) => boolean = () => true,
) => ({ run, check, toString: () => name })
