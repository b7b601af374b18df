// node turn.mjs NAME FOLDER JOBS TASKS: measures one peer once, on fresh servers that FOLDER holds, and prints a line of JSON. Without
// arguments the names of all.

import { setTimeout as pause } from 'node:timers/promises'
import { meter } from './meter.mjs'
import { peers } from './peers.mjs'
import { serversIn } from './servers.mjs'
import { until } from './waiting.mjs'

const warmUp = 1000
const alone = 50
const patience = 600_000
const patienceAlone = 60_000

/// Numbers of jobs, so that no two are the same.
const firstOfWarmUp = 1_000_000_000
const firstAlone = 2_000_000_000

async function measure(system, jobs, folder) {
  const all = (first, count, limit, interval) =>
    until(`the rows of ${count} jobs`, limit, async () => (await system.finished(first, count)) === count, interval)

  const few = Math.min(warmUp, jobs)
  await system.submit(firstOfWarmUp, few)
  await all(firstOfWarmUp, few, patience, 5)

  const cost = meter([process.pid, ...system.servers], folder)
  const begin = performance.now()
  await Promise.all([system.submit(0, jobs), all(0, jobs, patience, 5)])
  const seconds = (performance.now() - begin) / 1000
  const { cpuSeconds, bytes } = cost()

  const milliseconds = []
  for (let i = 0; i < alone; ++i) {
    // At any moment of anybody's poll.
    await pause(20 + 100 * Math.random())
    const from = performance.now()
    await system.submit(firstAlone + i, 1)
    await all(firstAlone + i, 1, patienceAlone, 1)
    milliseconds.push(performance.now() - from)
  }
  return { jobs, seconds, cpuSeconds, bytes, alone: milliseconds }
}

const [name, folder, jobs, tasks] = process.argv.slice(2)
if (name === undefined) {
  peers.forEach((peer) => console.log(peer.name))
} else {
  const peer = peers.find((one) => one.name === name)
  const system = await peer.start(serversIn(folder))
  try {
    const figures = await measure(system, Number(peer.share === 'tasks' ? tasks : jobs), folder)
    console.log(JSON.stringify({ name, title: peer.title, durable: peer.durable, ...figures }))
  } finally {
    await system.stop()
  }
}
process.exit()
