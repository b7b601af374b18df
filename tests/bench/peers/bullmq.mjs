// BullMQ on a Redis that fsyncs each write. (Its batches are in its paid edition.)

import { Queue, Worker } from 'bullmq'
import * as commits from './commits.mjs'
import { nodePeer, versionOf } from './node_peer.mjs'

const connectionOf = ({ redis }) => ({ ...redis, maxRetriesPerRequest: null })

function variant(name, how, durable, bulks, concurrency, commit) {
  return nodePeer({
    name,
    title: `BullMQ ${versionOf('bullmq')} on Redis${how}`,
    durable,
    redis: true,
    ...bulks,
    async open(servers) {
      const queue = new Queue('peer', { connection: connectionOf(servers), defaultJobOptions: { removeOnComplete: true } })
      await queue.waitUntilReady()
      return { enqueue: (blocks) => queue.addBulk(blocks.map((block) => ({ name: 'peer', data: { block } }))) }
    },
    async work(servers) {
      const done = commit(servers.databaseUrl)
      const worker = new Worker('peer', ({ data }) => done(data.block).then(() => {}), { connection: connectionOf(servers), concurrency })
      worker.on('error', console.error)
      await worker.waitUntilReady()
    },
  })
}

export const bullMqs = [
  variant(
    'bullmq-shared',
    ' and shared commits',
    'row: one commit for jobs in progress; then completed in Redis, fsynced',
    { bulk: 250, atOnce: 4 },
    128,
    commits.shared,
  ),
  variant('bullmq-each', '', 'row: a commit for each; then completed in Redis, fsynced', {}, 64, (url) => commits.eachByItself(url, 48)),
]
