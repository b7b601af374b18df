// The rows of the peers' jobs, seen from a session that has nothing else to do.

import pg from 'pg'

export async function openRows(connectionString) {
  const client = new pg.Client({ connectionString })
  await client.connect()
  await client.query('CREATE TABLE peer_results (block bigint PRIMARY KEY)')
  const one = async (name, text, values) => Number((await client.query({ name, text, values })).rows[0].n)
  return {
    /// How many of these jobs have their row. As long as the last one has none, nobody counts the others: that would cost what is measured.
    async finished(first, count) {
      const last = await one('last', 'SELECT count(*) AS n FROM peer_results WHERE block = $1', [first + count - 1])
      return last === 0 ? 0 : one('all', 'SELECT count(*) AS n FROM peer_results WHERE block >= $1 AND block < $2', [first, first + count])
    },
    close: () => client.end(),
  }
}
