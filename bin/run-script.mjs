// Runs a script of ours on a new enough Node, in this process when it is one, else in a child that is indistinguishable
// from it. Guarantees for the child:
// - SIGTERM, SIGINT and SIGHUP reach it, and its exit code or signal becomes ours;
// - it does not outlive us: when we die without a word (kill -9) it sees the channel close and stops itself as if it had
//   been sent SIGTERM, so no unseen daemon keeps the lease.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { dirname } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { findNode } from './find-node.mjs'

export const packageRoot = dirname(dirname(fileURLToPath(import.meta.url)))

/** In the child's environment only; it turns a runtime that lies about its version into a message instead of a loop. */
const RELAUNCHED = 'SUREFILL_RELAUNCHED'

/** `launcher` is the file the user started: a child starts the same file again, this time on the right Node. */
export async function runScript(launcher, script, args) {
  const node = findNode(packageRoot, process.versions.node)
  if (node.kind === 'running') await runHere(script, args)
  else if (node.kind === 'found' && process.env[RELAUNCHED] === undefined) runInChild(node.path, launcher)
  else fail(node.advice ?? `the Node in ${node.path} is older than its package says: run "npm ci"`)
}

async function runHere(script, args) {
  delete process.env[RELAUNCHED]
  if (process.channel) {
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
    // Listening must not keep a finished script alive.
    process.channel.unref()
  }
  process.argv = [process.execPath, script, ...args]
  await import(pathToFileURL(script).href)
}

function runInChild(node, launcher) {
  const child = spawn(node, [...process.execArgv, launcher, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [RELAUNCHED]: '1' },
  })
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP']
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(`cannot run ${node} (${error.code ?? error.message}): run "npm rebuild node"`))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    // Dying of the same signal tells a shell or a supervisor the truth; the number is for signals that do not end us.
    process.exitCode = 128 + (constants.signals[signal] ?? 0)
    for (const name of signals) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}

function fail(line) {
  process.stderr.write(`${line}\n`)
  process.exitCode = 1
}
