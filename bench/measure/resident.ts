import { readFileSync } from 'node:fs'

/** Resident memory of a process in megabytes (10^6 bytes), as the kernel counts it. */
export function residentMb(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return (Number(line?.[1]) * 1_024) / 1e6
}
