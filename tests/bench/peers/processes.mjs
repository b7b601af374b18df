// Programs that work for us and end with us.

import { spawn } from 'node:child_process'

const endPatience = 60_000

/// Also when we are killed.
export const spawnOurs = (program, args, options) => spawn('setpriv', ['--pdeathsig', 'TERM', program, ...args], options)

const hasEnded = ({ exitCode, signalCode }) => exitCode !== null || signalCode !== null

/// Throws if one has ended, for whoever waits for its work.
export function demandAlive(children) {
  const dead = children.find(hasEnded)
  if (dead) throw new Error(`${dead.spawnargs.join(' ')} ended with ${dead.signalCode ?? dead.exitCode}`)
}

export async function end(child) {
  if (hasEnded(child)) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const killer = setTimeout(() => child.kill('SIGKILL'), endPatience)
  await ended
  clearTimeout(killer)
}
