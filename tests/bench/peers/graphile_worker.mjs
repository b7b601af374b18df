// graphile-worker with the preset of its documentation on performance (but for 48 jobs at once in a process): a local queue, completions
// in batches.

import { Logger } from '@graphile/logger'
import { makeWorkerUtils, run, WorkerPreset } from 'graphile-worker'
import * as commits from './commits.mjs'
import { nodePeer, versionOf } from './node_peer.mjs'

const logger = new Logger(() => (level, message) => { if (level === 'error') console.error(message) })

function variant(name, how, durable, settings, commit) {
  return nodePeer({
    name,
    title: `graphile-worker ${versionOf('graphile-worker')}, ${how}`,
    durable,
    async open({ databaseUrl }) {
      const utils = await makeWorkerUtils({ connectionString: databaseUrl, logger })
      await utils.migrate()
      return { enqueue: (blocks) => utils.addJobs(blocks.map((block) => ({ identifier: 'peer', payload: { block } }))) }
    },
    async work({ databaseUrl }) {
      const done = commit(databaseUrl)
      const worker = { connectionString: databaseUrl, completeJobBatchDelay: 0, failJobBatchDelay: 0, logger, ...settings }
      await run({ preset: { extends: [WorkerPreset], worker }, taskList: { peer: ({ block }) => done(block) } })
    },
  })
}

export const graphileWorkers = [
  variant(
    'graphile-shared',
    'fast preset and shared commits',
    'row: one commit for jobs in progress; then jobs are deleted, many in a commit',
    { concurrentJobs: 500, maxPoolSize: 10, localQueue: { size: 1000 } },
    commits.shared,
  ),
  variant(
    'graphile-fast',
    'fast preset',
    'row: a commit for each; then jobs are deleted, many in a commit',
    { concurrentJobs: 48, maxPoolSize: 49, localQueue: { size: 500 } },
    (url) => commits.eachByItself(url, 48),
  ),
]
