// robin: a cluster that runs already (producer, saver, two robin-consumer processes), asked as a client asks. Nothing of it runs here.

import { randomUUID } from 'node:crypto'
import pg from 'pg'

// As in common/flow/loops/synthetic.hpp; the threshold is the time that a block takes.
const positionsOfBlock = 100
const newSearch =
  'INSERT INTO searches (strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind, submission)' +
  " VALUES ('synthetic', 0, $1, 0, 'complete', '0', 'exact', $2)"
const finishedBlocks =
  'SELECT coalesce(sum(t.blocks), 0) AS n FROM tallies t JOIN searches s ON s.id = t.search_id' +
  " WHERE s.submission = $1 AND t.state = 'FINISHED'"

async function start(servers) {
  const connect = async () => {
    const client = new pg.Client({ connectionString: servers.databaseUrl })
    await client.connect()
    return client
  }
  const [submitter, observer] = [await connect(), await connect()]
  let submission
  return {
    submit(_, count) {
      submission = randomUUID()
      return submitter.query({ name: 'submit', text: newSearch, values: [count * positionsOfBlock, submission] })
    },
    async finished() {
      return Number((await observer.query({ name: 'look', text: finishedBlocks, values: [submission] })).rows[0].n)
    },
    servers: [servers.supervisor, servers.postgres, servers.rabbitmq],
    stop: () => Promise.all([submitter.end(), observer.end()]),
  }
}

export const robin = {
  name: 'robin',
  title: 'robin, two robin-consumer processes',
  durable: 'search, blocks, results: quorum queues with confirms, commits of at most 200 results; then acked',
  start,
}
