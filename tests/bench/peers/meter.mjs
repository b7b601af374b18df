// What a measurement costs, from /proc: CPU seconds of processes and all their children, and the bytes that the disk was given. These are
// the whole disk's, a neighbour's too: what the kernel says of a process (/proc/PID/io) are whole folios, for PostgreSQL's commits thirty
// times what it writes.

import { readdirSync, readFileSync, statSync } from 'node:fs'

const ticksPerSecond = 100 // USER_HZ, the same on every Linux
const bytesOfSector = 512

/// A process may end while it is looked at.
function textOf(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function processes() {
  const all = new Map()
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    // The name of a process may hold anything but its last bracket.
    const stat = textOf(`/proc/${pid}/stat`)?.replace(/^.*\) /s, '').split(' ')
    if (stat) all.set(Number(pid), { parent: Number(stat[1]), ticks: stat.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) })
  }
  return all
}

/// CPU time so far of all processes that descend from these, in ticks.
function ticksOf(roots) {
  const all = processes()
  const isOurs = (pid) => pid > 1 && (roots.includes(pid) || isOurs(all.get(pid)?.parent ?? 0))
  return [...all].filter(([pid]) => isOurs(pid)).reduce((sum, [, { ticks }]) => sum + ticks, 0)
}

/// Bytes that were written so far to the disk that this folder is on; undefined where it is on none.
function bytesWritten(folder) {
  const { dev } = statSync(folder)
  const device = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)].join()
  const fields = readFileSync('/proc/diskstats', 'utf8').split('\n').map((line) => line.trim().split(/\s+/))
  const written = fields.find((line) => line.slice(0, 2).join() === device)?.[9]
  return written === undefined ? undefined : bytesOfSector * Number(written)
}

/// Begins to count; what it returns says { cpuSeconds, bytes } since then.
export function meter(roots, folder) {
  const [ticks, bytes] = [ticksOf(roots), bytesWritten(folder)]
  return () => ({ cpuSeconds: (ticksOf(roots) - ticks) / ticksPerSecond, bytes: bytesWritten(folder) - bytes })
}
