// The row of a job in PostgreSQL, as the jobs of the Node peers commit it: each by itself, many in one INSERT, or jobs in progress
// together. Whoever awaits one goes on after the commit.

import pg from 'pg'

const oneRow = { name: 'one', text: 'INSERT INTO peer_results (block) VALUES ($1) ON CONFLICT DO NOTHING' }
const manyRows = { name: 'many', text: 'INSERT INTO peer_results (block) SELECT unnest($1::bigint[]) ON CONFLICT DO NOTHING' }

export const insertMany = manyRows.text

/// Each job's row in a commit of its own, over so many connections.
export function eachByItself(connectionString, connections) {
  const pool = new pg.Pool({ connectionString, max: connections })
  return (block) => pool.query({ ...oneRow, values: [block] })
}

/// The rows of one batch in one commit.
export function batches(connectionString, connections) {
  const pool = new pg.Pool({ connectionString, max: connections })
  return (blocks) => pool.query({ ...manyRows, values: [blocks] })
}

/// Jobs in progress share commits: what comes while one is under way goes with the next. At most as many wait as jobs are in progress.
export function shared(connectionString) {
  const insert = batches(connectionString, 1)
  let waiting = []
  let busy = false
  async function commitAll() {
    while (waiting.length > 0) {
      const taken = waiting
      waiting = []
      try {
        await insert(taken.map(({ block }) => block))
        taken.forEach(({ resolve }) => resolve())
      } catch (error) {
        taken.forEach(({ reject }) => reject(error))
      }
    }
    busy = false
  }
  return (block) =>
    new Promise((resolve, reject) => {
      waiting.push({ block, resolve, reject })
      // Once all that is at hand has come.
      if (!busy) {
        busy = true
        setImmediate(commitAll)
      }
    })
}
