// What the API answers (openapi.json), as far as the page reads it. Whole numbers beyond 2^53 come as strings.

export type Wide = number | string

export interface BlockCounts {
  pending: number
  queued: number
  running: number
  finished: number
  failed: number
  quarantined: number
  disputed: number
}

export interface Search {
  id: number
  strategy: string
  begin: string
  end: string
  mode: string
  threshold: string
  state: 'running' | 'finished' | 'failed'
  blocks: BlockCounts
  candidates: Wide
  frontier: string
  share: number
  positions_per_second: number
  eta_seconds: number | null
  audited: string
  log10_log10_n: string | null
  objection: string | null
}

export interface Queue {
  name: string
  ready: number | null
  unacked: number | null
  consumers: number | null
  published_per_second: number | null
  acked_per_second: number | null
  known: boolean
}

export interface Problem {
  where: string
  fault: boolean
  message: string
  next: string
}

export interface Drain {
  state: 'WRITABLE' | 'DRAINING' | 'DRAINED' | 'UNKNOWN'
  epoch: number
  in_flight: number
  why: string | null
}

export interface Alarm {
  at: string
  search: number | null
  block: number | null
  message: string
}

export interface Overview {
  verdict: { level: 'violation' | 'warning' | 'good' | 'idle'; sentence: string; detail: string | null }
  problems: Problem[]
  searches: Search[]
  drain: Drain
  queues: Queue[]
  services: { name: string; connections: number }[]
  silent_seconds: number | null
  alarms: Alarm[]
  links: { name: string; url: string }[]
  version: string
  revision: string
}

export interface List<Item> {
  items: Item[]
  next?: number | string | null
}

export interface MarginPoint {
  x: string
  log_n_lo: string
  log_log_n: number
  min_log_margin: string | null
  log_margin: number | null
}

export interface Finding {
  n: string | null
  factorization: string
  sigma: string | null
  ratio_lo: string
  ratio_hi: string
  log_n: number
  known_exception: boolean
  search: number
  block: number
  found_at: string | null
}

export interface Pace {
  age_seconds: number
  blocks: number
  candidates: Wide
}

export interface QueueHistory {
  name: string
  points: { age_seconds: number; ready: number; unacked: number }[]
}

export interface Worker {
  name: string
  first_at: string
  heard_at: string
  heard_age_seconds: number
  running: { block: number; age_seconds: number }[]
}

export interface ErrorGroup {
  error: string | null
  blocks: number
  ids: number[]
}

export interface Durations {
  count: number
  p50: number | null
  p95: number | null
  max: number | null
  classes: { from: number; to: number; blocks: number }[]
}

export interface Happening {
  id: number
  at: string
  kind: string
  search: number | null
  block: number | null
  message: string
}
