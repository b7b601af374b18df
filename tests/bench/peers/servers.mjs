// The servers that a folder of robin-cluster holds, as the peers are given them, and a Redis where one is wanted.

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { demandAlive, end, spawnOurs } from './processes.mjs'
import { until } from './waiting.mjs'

const startPatience = 60_000

/// Where the servers listen, and the processes that count as theirs.
export function serversIn(folder) {
  const env = readFileSync(join(folder, 'env'), 'utf8')
  const variable = (name) => new RegExp(`^${name}=(.*)$`, 'm').exec(env)[1]
  const firstLine = (file) => Number(readFileSync(join(folder, file), 'utf8').split('\n')[0])
  return {
    folder,
    databaseUrl: variable('ROBIN_DATABASE_URL'),
    amqpUrl: variable('ROBIN_RABBITMQ_OPERATOR_URL'),
    postgres: firstLine('postgres/data/postmaster.pid'),
    rabbitmq: firstLine('rabbitmq/pid'),
    // Of the services of a cluster; servers alone have none.
    supervisor: existsSync(join(folder, 'supervisor.pid')) ? firstLine('supervisor.pid') : undefined,
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/// Beside the other servers; each reply follows the fsync of what it confirms.
export async function startRedis(servers) {
  const folder = join(servers.folder, 'redis')
  mkdirSync(folder)
  const address = { host: '127.0.0.1', port: await freePort(), password: randomBytes(16).toString('hex') }
  const child = spawnOurs('redis-server', ['-'], { stdio: ['pipe', 'ignore', 'inherit'] })
  child.stdin.end(
    `bind ${address.host}\nport ${address.port}\nrequirepass ${address.password}\ndir ${folder}\n` +
      'appendonly yes\nappendfsync always\nsave ""\nmaxmemory-policy noeviction\n',
  )
  const stop = () => end(child)
  const client = new Redis({ ...address, lazyConnect: true, retryStrategy: () => 50, maxRetriesPerRequest: null })
  client.on('error', () => {})
  try {
    client.connect().catch(() => {})
    await until('Redis answers', startPatience, () => {
      demandAlive([child])
      return client.status === 'ready'
    })
  } catch (error) {
    await stop()
    throw error
  } finally {
    client.disconnect()
  }
  return { address, stop }
}
