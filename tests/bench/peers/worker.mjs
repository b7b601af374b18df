// node worker.mjs NAME SERVERS: one worker process of a peer, until whoever started it is gone or tells it to end.

import { peers } from './peers.mjs'

const [name, servers] = process.argv.slice(2)
process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', () => process.exit(0))
await peers.find((peer) => peer.name === name).work(JSON.parse(servers))
process.send('ready')
