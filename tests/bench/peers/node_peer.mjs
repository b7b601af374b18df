// What the peers on Node share: two worker processes, and one that enqueues in bulks and looks.

import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { demandAlive, end } from './processes.mjs'
import { openRows } from './rows.mjs'
import { startRedis } from './servers.mjs'
import { until } from './waiting.mjs'

const workerProcesses = 2
const readyPatience = 60_000

export const versionOf = (name) => JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), 'utf8')).version

async function startWorker(name, servers) {
  const child = fork(new URL('worker.mjs', import.meta.url), [name], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  child.send(servers)
  let ready = false
  child.once('message', () => { ready = true })
  await until(`a worker of ${name} is ready`, readyPatience, () => {
    demandAlive([child])
    return ready
  })
  return child
}

/// A peer of: name, title, durable (what is, when); open(servers), which makes the queue and returns { enqueue(blocks) }; work(servers),
/// which a worker process calls once; bulk, how many jobs a call enqueues, and atOnce, how many calls; redis, whether it wants one.
export function nodePeer({ bulk = 1000, atOnce = 1, redis = false, open, ...peer }) {
  async function start(found) {
    const server = redis ? await startRedis(found) : undefined
    const workers = []
    const stop = async () => {
      await Promise.all(workers.map(end))
      await server?.stop()
    }
    try {
      const servers = { ...found, redis: server?.address }
      const rows = await openRows(servers.databaseUrl)
      const queue = await open(servers)
      for (let i = 0; i < workerProcesses; ++i) workers.push(await startWorker(peer.name, servers))
      async function submit(first, count) {
        let next = first
        const one = async () => {
          while (next < first + count) {
            const begin = next
            next = Math.min(begin + bulk, first + count)
            await queue.enqueue(Array.from({ length: next - begin }, (_, i) => begin + i))
          }
        }
        await Promise.all(Array.from({ length: atOnce }, one))
      }
      const finished = (first, count) => {
        demandAlive(workers)
        return rows.finished(first, count)
      }
      return { submit, finished, servers: [found.postgres], stop }
    } catch (error) {
      await stop()
      throw error
    }
  }
  return { ...peer, start }
}
