import { spawn } from 'node:child_process'

export interface Step {
  readonly name: string
  /** Script and arguments, run by the Node that runs us. */
  readonly script: readonly string[]
}

export const TYPES: Step = { name: 'types', script: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'] }
export const LINT: Step = { name: 'lint and format', script: ['node_modules/@biomejs/biome/bin/biome', 'check', '.'] }
export const TIDY: Step = { name: 'tidy', script: ['node_modules/vitest/vitest.mjs', 'run', 'test/tidy.test.ts'] }

/** Runs every step, also after a failure, one line each; what a step printed is shown only when it failed. */
export async function runSteps(steps: readonly Step[]): Promise<{ failed: number }> {
  let failed = 0
  for (const step of steps) {
    const started = performance.now()
    const { code, output } = await capture(step.script)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)`)
    if (code === 0) continue
    failed += 1
    console.log(output)
  }
  return { failed }
}

function capture(script: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [...script], { stdio: ['ignore', 'pipe', 'pipe'] })
  const pieces: Buffer[] = []
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece))
  child.stderr.on('data', (piece: Buffer) => pieces.push(piece))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(pieces).toString('utf8') }))
  })
}
