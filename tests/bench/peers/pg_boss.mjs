// pg-boss with batches of its own, woken by NOTIFY.

import { PgBoss } from 'pg-boss'
import * as commits from './commits.mjs'
import { nodePeer, versionOf } from './node_peer.mjs'

async function open(databaseUrl) {
  const boss = new PgBoss({ connectionString: databaseUrl, useListenNotify: true })
  boss.on('error', console.error)
  return boss.start()
}

function variant(name, how, durable, options, handler) {
  return nodePeer({
    name,
    title: `pg-boss ${versionOf('pg-boss')}, ${how}`,
    durable,
    async open({ databaseUrl }) {
      const boss = await open(databaseUrl)
      await boss.createQueue('peer', { notify: true })
      return { enqueue: (blocks) => boss.insert('peer', blocks.map((block) => ({ data: { block } }))) }
    },
    async work({ databaseUrl }) {
      const boss = await open(databaseUrl)
      const polling = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5, burstWhenBatchFull: true }
      await boss.work('peer', { ...polling, localConcurrency: 2, ...options }, handler(databaseUrl))
    },
  })
}

const blocksOf = (jobs) => jobs.map(({ data }) => data.block)

export const pgBosses = [
  variant(
    'pg-boss-rows',
    'batchSize 500, rows of a batch in one INSERT',
    'row: a commit for at most 500; then one UPDATE completes the batch',
    { batchSize: 500 },
    (url) => {
      const insert = commits.batches(url, 2)
      return (jobs) => insert(blocksOf(jobs)).then(() => {})
    },
  ),
  variant(
    'pg-boss-transactional',
    'transactional, batchSize 1000',
    'rows and completion of at most 1000 in one transaction',
    { batchSize: 1000, transactional: true },
    () => (jobs, transaction) => transaction.executeSql(commits.insertMany, [blocksOf(jobs)]).then(() => {}),
  ),
]
