/** Sends order `n` and settles once its answer says that it is working. */
export type Submit = (n: number) => Promise<void>

/** Those that the simulated venue knows without being told. */
export const KEYS = { keyId: 'PKSIMULATED000000000', secretKey: 'simulated-secret' } as const
export const idOf = (n: number): string => `sf-bench-${process.pid.toString(36)}-${String(n).padStart(12, '0')}`
