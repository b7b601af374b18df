// All that is measured, in the order of the table. A peer has: name; title; durable, what is when; share, whether it gets all jobs or as
// many as `tasks`; start(servers), which begins to work and returns { submit(first, count), finished(first, count), servers, stop() }: jobs
// are numbered, submit returns once they are durable, finished says how many have their row for others to see, servers are
// processes that count beside us and our children.

import { bullMqs } from './bullmq.mjs'
import { celeries } from './celery.mjs'
import { graphileWorkers } from './graphile_worker.mjs'
import { pgBosses } from './pg_boss.mjs'
import { robin } from './robin.mjs'

export const peers = [robin, ...graphileWorkers, ...pgBosses, ...bullMqs, ...celeries]
