// node worker.mjs NAME: one worker process of a peer, which is told its servers by a message (a process list shows arguments), until whoever
// started it is gone or tells it to end.

import { once } from 'node:events'
import { peers } from './peers.mjs'

process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', () => process.exit(0))
const [servers] = await once(process, 'message')
await peers.find((peer) => peer.name === process.argv[2]).work(servers)
process.send('ready')
