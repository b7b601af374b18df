// Celery on RabbitMQ, by celery_tasks.py.

import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { demandAlive, end, spawnOurs } from './processes.mjs'
import { openRows } from './rows.mjs'

const python = '/usr/bin/python3'
const here = fileURLToPath(new URL('.', import.meta.url))

function variant(name, how, workers, flags) {
  async function start(servers) {
    const env = {
      ...process.env,
      PEER_AMQP_URL: servers.amqpUrl,
      PEER_DATABASE_URL: servers.databaseUrl,
      PYTHONPATH: here,
      PYTHONDONTWRITEBYTECODE: '1',
      // We may be root: what works here is ours.
      PYTHONWARNINGS: 'ignore',
    }
    const quiet = ['--without-gossip', '--without-mingle', '--without-heartbeat', '--loglevel', 'error']
    const worker = (_, i) => {
      const args = ['-m', 'celery', '--workdir', here, '-A', 'celery_tasks', 'worker', '-n', `peer${i}@%h`, ...quiet, ...flags]
      return spawnOurs(python, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
    }
    const rows = await openRows(servers.databaseUrl)
    const children = Array.from({ length: workers }, worker)
    // Over one connection, by a process that is there before the clock runs.
    const sender = spawnOurs(python, [`${here}celery_send.py`], { env, stdio: ['pipe', 'pipe', 'inherit'] })
    children.push(sender)
    const answers = createInterface({ input: sender.stdout })
    async function submit(first, count) {
      const answer = once(answers, 'line')
      sender.stdin.write(`${first} ${count}\n`)
      await answer
    }
    const finished = (first, count) => {
      demandAlive(children)
      return rows.finished(first, count)
    }
    return { submit, finished, servers: [servers.postgres, servers.rabbitmq], stop: () => Promise.all(children.map(end)) }
  }
  const version = () => execFileSync(python, ['-c', 'import celery; print(celery.__version__)'], { encoding: 'utf8' }).trim()
  const durable = 'persistent messages; row: a commit for each; then acked (acks_late)'
  return { name, get title() { return `Celery ${version()}, ${how}` }, durable, share: 'tasks', start }
}

export const celeries = [
  variant('celery-threads', 'two workers of 16 threads', 2, ['--pool', 'threads', '--concurrency', '16']),
  variant('celery-processes', 'one worker of two processes', 1, ['--concurrency', '2']),
]
