// What the API answers, as openapi.json describes it. Written by `ninja robin_api_description`.

/// A whole number; beyond 2^53 it comes as a string.
export type Wide = number | string

export interface List<Item> {
  items: Item[]
  /// The cursor of the next page, as `after`; null at the end. Only of lists that have pages.
  next?: Wide | null
}

export interface Status {
  /// all of them
  searches: Search[]
  /// as ordered
  drain: Control
  /// how deep they are
  queues: Queue[]
  /// the oldest first
  alarms: Alarm[]
}

export interface Search {
  /// of the search
  id: number
  /// how it enumerates
  strategy: string
  /// its first position
  begin: string
  /// the position after its last
  end: string
  /// which candidates are looked at
  mode: 'complete' | 'pruned' | 'exact'
  /// every n whose ratio is at least this is kept
  threshold: string
  /// what its digests hash
  digest_kind: 'exact' | 'original'
  /// blocks exist up to here
  planned: string
  /// failed: nothing is left to do but blocks that failed; paused and cancelled: by order
  state: 'running' | 'finished' | 'failed' | 'paused' | 'cancelled'
  /// while two searches have blocks, their computing seconds are to each other as these
  computing_share: number
  /// how many are in which state
  blocks: BlockCounts
  /// blocks that are computed again
  checks: Checks
  /// examined so far
  candidates: number | string
  /// every position before it is finished
  frontier: string
  /// of the positions, up to the frontier: 0 to 1
  share: number
  /// the pace of the last minute
  positions_per_second: number
  /// until its end at that pace; null while nothing finishes, and where it does not go on
  eta_seconds: number | null
  /// every block before it was audited
  audited: string
  /// the height that the auditor certified
  log10_log10_n: string | null
  /// why the auditor does not go on
  objection: string | null
}

export interface BlockCounts {
  /// wait to be published
  pending: number
  /// wait for a worker
  queued: number
  /// are computed
  running: number
  /// are done
  finished: number
  /// failed and are tried again
  failed: number
  /// failed too often
  quarantined: number
  /// have results that differ
  disputed: number
  /// were not done when their search was cancelled
  cancelled: number
}

export interface Checks {
  /// wait to be published
  pending: number
  /// are queued or computed
  in_flight: number
  /// are done, and what follows is not decided
  unsettled: number
}

export interface Control {
  /// of the ledger
  state: 'WRITABLE' | 'DRAINING' | 'DRAINED' | 'UNKNOWN'
  /// raised by each order and each new leader
  epoch: number
}

export interface Queue {
  /// robin.blocks, robin.results or robin.dead
  name: string
  /// messages that wait
  ready: number | null
  /// messages that somebody has in hand
  unacked: number | null
  /// that are connected
  consumers: number | null
  /// messages
  published_per_second: number | null
  /// messages
  acked_per_second: number | null
  /// false: it cannot be looked at, which is not zero
  known: boolean
}

export interface Alarm {
  /// when
  at: string
  /// it is about
  search: number | null
  /// it is about
  block: number | null
  /// in words
  message: string
}

export interface Overview {
  /// how all is
  verdict: Verdict
  /// the most hindering first
  problems: Hindrance[]
  /// by id; not all of them if fewer are wanted: those that are running before those that may go on, and these before those that are over, and then the newest
  searches: Search[]
  /// how many of all are in which state
  search_counts: SearchCounts
  /// of all searches
  blocks: BlockCounts
  /// whether blocks may enter
  drain: Drain
  /// how deep they are
  queues: Queue[]
  /// connected to the database
  services: Service[]
  /// since any worker was heard of
  silent_seconds: number | null
  /// the oldest first
  alarms: Alarm[]
  /// pages that belong to this cluster
  links: Link[]
  /// of the gateway
  version: string
  /// of its sources
  revision: string
}

export interface Verdict {
  /// in one word
  level: 'violation' | 'warning' | 'good' | 'idle'
  /// what is known
  sentence: string
  /// what else is
  detail: string | null
}

export interface Hindrance {
  /// producer, blocks, consumers, results, saver, auditor, janitor, dead, database, searches, drain
  where: string
  /// false: it is as somebody ordered it
  fault: boolean
  /// what it is
  message: string
  /// what to do
  next: string
}

export interface SearchCounts {
  /// have blocks to compute
  running: number
  /// have reached their end
  finished: number
  /// are stopped by failed blocks
  failed: number
  /// wait by order
  paused: number
  /// were ended by order
  cancelled: number
}

export interface Drain {
  /// of the ledger
  state: 'WRITABLE' | 'DRAINING' | 'DRAINED' | 'UNKNOWN'
  /// raised by each order and each new leader
  epoch: number
  /// blocks that are queued or computed
  in_flight: number
  /// those that a drain empties
  queues: Queue[]
  /// where the state is UNKNOWN
  why: string | null
}

export interface Service {
  /// robin-producer, ...
  name: string
  /// to the database
  connections: number
}

export interface Link {
  /// for people
  name: string
  /// where it is
  url: string
}

export interface Version {
  /// of this program
  version: string
  /// of its sources
  revision: string
}

export interface StrategyWords {
  /// its name
  strategy: string
  /// what it examines or proves, in a few words
  examines: string
  /// what its results are about
  inequality: string
  /// its first position
  begin: string
  /// an end that is reached in seconds
  example_end: string
  /// what of its searches is worth drawing
  plot: 'margin' | 'witnesses'
  /// whether its blocks prove something together
  certifies: boolean
  /// what its margin is; null: it has none
  margin: string | null
  /// what the margin is about, over sqrt(log n) log log n
  margin_constant: number | null
}

export interface SubmitOrder {
  /// how to enumerate: one of /strategies
  strategy: string
  /// the first position; that of the strategy if it is not given
  begin?: string
  /// the position after the last; a larger one extends a known search
  end: string
  /// which candidates are looked at
  mode?: 'complete' | 'pruned' | 'exact'
  /// above 0, at most 100: every n whose ratio is at least this is kept; 1.767, with mode exact 1, if it is not given
  threshold?: string
  /// what digests hash
  digest?: 'exact' | 'original'
  /// the certifier's state where a certificate ends that this continues
  origin?: Record<string, string>
  /// a new search waits until it is resumed
  paused?: boolean
  /// of a new search, as in computing_share; 1 if it is not given
  share?: number
}

export interface Submission {
  /// its id
  search: number
  /// new, known already, or known and given a larger end
  what: 'submitted' | 'known' | 'extended'
}

export interface Estimate {
  /// it would be cut into, by default
  blocks: number
  /// of computing, by the last blocks of by_search; null if none of its strategy was computed
  core_seconds: number | null
  /// that computed in the busiest minute of the last hour; null if none did
  cores: number | null
  /// of them, beside the searches that are running: 0 to 1
  fleet_share: number | null
  /// until its end, if all stays so; null if one of these is not known
  eta_seconds: number | null
  /// in the database, by what a block takes now; null while there is none
  ledger_bytes: number | null
  /// the search whose blocks say how long one takes; null if there is none
  by_search: number | null
}

export interface SearchDetail {
  /// of the search
  id: number
  /// how it enumerates
  strategy: string
  /// its first position
  begin: string
  /// the position after its last
  end: string
  /// which candidates are looked at
  mode: 'complete' | 'pruned' | 'exact'
  /// every n whose ratio is at least this is kept
  threshold: string
  /// what its digests hash
  digest_kind: 'exact' | 'original'
  /// blocks exist up to here
  planned: string
  /// failed: nothing is left to do but blocks that failed; paused and cancelled: by order
  state: 'running' | 'finished' | 'failed' | 'paused' | 'cancelled'
  /// while two searches have blocks, their computing seconds are to each other as these
  computing_share: number
  /// how many are in which state
  blocks: BlockCounts
  /// blocks that are computed again
  checks: Checks
  /// examined so far
  candidates: number | string
  /// every position before it is finished
  frontier: string
  /// of the positions, up to the frontier: 0 to 1
  share: number
  /// the pace of the last minute
  positions_per_second: number
  /// until its end at that pace; null while nothing finishes, and where it does not go on
  eta_seconds: number | null
  /// every block before it was audited
  audited: string
  /// the height that the auditor certified
  log10_log10_n: string | null
  /// why the auditor does not go on
  objection: string | null
  /// the certificate that it continues; empty if none
  origin: Record<string, string>
  /// what its certifier knows
  audit_state: Record<string, string>
}

export interface SearchOrder {
  /// kept with the order
  reason?: string
}

export interface ShareOrder {
  /// a search of share 3 gets three times as many computing seconds as one of share 1
  share: number
  /// kept with the order
  reason?: string
}

export interface QuotedCertificate {
  /// no violation was found that is no known exception, and nothing was refused
  holds: boolean
  /// x: N is made of the primes up to here
  largest_position: string
  /// log N, rounded down
  log_n_lo: string
  /// log N, rounded up
  log_n_hi: string
  /// cut after 12 digits
  log10_log10_n: string | null
  /// primes that were summed up
  prime_count: number | string
  /// their sum
  prime_sum: number | string
  /// the least margin, rounded down
  min_log_margin: string | null
  /// where it is attained; null if that was not located
  min_log_margin_at: string | null
  /// up to here it rests on a certificate that was handed in and not looked at; null if on none
  unchecked_up_to: string | null
  /// it is folded from
  blocks: number
  /// over the digests of all blocks; null where nobody hashed them
  digest: string | null
  /// of the programs and libraries that folded it
  versions: Record<string, string>
  /// what it proves, in words
  sentence: string | null
}

export interface Horizon {
  /// what it is about, as of a strategy
  inequality: string
  /// what is proved, in words, given what `given` lists
  statement: string
  /// up to which the zeros of zeta are taken for verified
  height: number
  /// the analysis begins at this log n
  from_log_n: string
  /// and ends at this one
  to_log_n: string
  /// of the greatest n, rounded down
  log10_log10_n: string
  /// with x = log n, each margin is at least this over sqrt(x) log x
  least_margin_factor: string
  /// ranges of log n with one bound each
  segments: number
  /// the theorems of others that it rests on
  given: HorizonInput[]
  /// 5040 < n < this were looked at one by one; null: they were not
  one_by_one_below: number | null
  /// of the one step of the proof that is new and that nobody has reviewed; null: it is not used
  averaging: HorizonAveraging | null
  /// bits of every enclosure
  precision: number
  /// how it was proved, a sentence each
  remarks: string[]
  /// what a search can still be for, in words
  searches: string
}

export interface HorizonInput {
  /// in short: who, when, and which theorem
  name: string
  /// what it says
  statement: string
  /// where it stands
  reference: string
}

export interface HorizonAveraging {
  /// how many uniform numbers are added
  terms: number
  /// each lies between minus this and this
  width: string
}

export interface HorizonBound {
  /// a whole number
  log_n: string
  /// at most that of each n with this log n, rounded down
  margin: string
}

export interface Result {
  /// of the block
  id: number
  /// its first position, as a number
  begin: number | string
  /// the position after its last, as a number
  end: number | string
  /// examined
  candidates: number | string
  /// of its result
  digest: string
  /// what its strategy adds
  extras: Record<string, string>
}

export interface Totals {
  /// n that certainly fail the inequality
  violations: number
  /// n whose ratio reaches the threshold
  witnesses: number
  /// n at the limit of precision
  undecided: number
}

export interface Finding {
  /// null beyond 10,000 digits
  n: string | null
  /// of n
  factorization: string
  /// the sum of its divisors; null beyond 10,000 digits
  sigma: string | null
  /// sigma(n) / (n log log n), rounded down
  ratio_lo: string
  /// the same, rounded up
  ratio_hi: string
  /// one of the 27 up to 5040
  known_exception: boolean
  /// for a plot
  log_n: number | null
  /// that found it
  search: number
  /// in which it lies
  block: number
  /// when it was saved
  found_at: string | null
}

export interface Margin {
  /// where the certificate ended then
  x: string
  /// log N there, rounded down
  log_n_lo: string
  /// for a plot
  log_log_n: number
  /// the least margin, rounded down
  min_log_margin: string | null
  /// its logarithm, for a plot
  log_margin: number | null
}

export interface Pace {
  /// how long ago the stretch began
  age_seconds: number
  /// that finished in it
  blocks: number
  /// of these blocks
  candidates: number | string
  /// how long they were computed
  computed_seconds: number
}

export interface Durations {
  /// blocks that were looked at
  count: number
  /// seconds that half of them took at most
  p50: number | null
  /// seconds that 95 % of them took at most
  p95: number | null
  /// seconds that the slowest took
  max: number | null
  /// a histogram, the empty classes left out
  classes: DurationClass[]
}

export interface DurationClass {
  /// seconds
  from: number
  /// seconds
  to: number
  /// that took so long
  blocks: number
}

export interface Block {
  /// of the block
  id: number
  /// the search it is of
  search: number
  /// its first position
  begin: string
  /// the position after its last
  end: string
  /// where it stands
  state: 'PENDING' | 'QUEUED' | 'RUNNING' | 'FINISHED' | 'FAILED' | 'QUARANTINED' | 'DISPUTED' | 'CANCELLED'
  /// how often it was begun and lost or failed, plus one
  attempts: number
  /// who was heard of last
  worker: string | null
  /// when that was begun
  started_at: string | null
  /// when its result was saved
  finished_at: string | null
  /// of the last failure, until it is finished
  error: string | null
}

export interface ErrorGroup {
  /// what all of them say; null: no error was kept
  error: string | null
  /// failed and quarantined ones with it
  blocks: number
  /// the first ten of them
  ids: number[]
}

export interface RetryOrder {
  /// these blocks; numbers are taken as well
  ids?: (number | string)[]
  /// or all blocks in these states
  states?: ('failed' | 'quarantined')[]
}

export interface Retried {
  /// are tried again
  blocks: number
}

export interface BlockDetail {
  /// of the block
  id: number
  /// the search it is of
  search: number
  /// its first position
  begin: string
  /// the position after its last
  end: string
  /// where it stands
  state: 'PENDING' | 'QUEUED' | 'RUNNING' | 'FINISHED' | 'FAILED' | 'QUARANTINED' | 'DISPUTED' | 'CANCELLED'
  /// how often it was begun and lost or failed, plus one
  attempts: number
  /// who was heard of last
  worker: string | null
  /// when that was begun
  started_at: string | null
  /// when its result was saved
  finished_at: string | null
  /// of the last failure, until it is finished
  error: string | null
  /// when it was planned
  created_at: string | null
  /// when it was published last
  queued_at: string | null
  /// all of them, the oldest first
  failures: Failure[]
}

export interface Failure {
  /// which one failed
  attempt: number
  /// whose it was
  worker: string
  /// of the error
  class: string
  /// of the error
  message: string
  /// when
  failed_at: string
}

export interface Worker {
  /// host and process
  name: string
  /// when it was heard of first
  first_at: string
  /// when it was heard of last
  heard_at: string
  /// since then
  heard_age_seconds: number
  /// the oldest first; short blocks are never seen here
  running: Running[]
}

export interface Running {
  /// that is computed
  block: number
  /// since it was begun
  age_seconds: number
}

export interface QueueHistory {
  /// of the queue
  name: string
  /// the oldest first
  points: QueueDepth[]
}

export interface QueueDepth {
  /// how long ago the stretch began
  age_seconds: number
  /// the most that waited
  ready: number
  /// the most that were in hand
  unacked: number
}

export interface Event {
  /// of the event
  id: number
  /// when
  at: string
  /// alarm, disputed, drain, ...: there may be new ones
  kind: string
  /// it is about
  search: number | null
  /// it is about
  block: number | null
  /// in words
  message: string
}

export interface EventCount {
  /// as of an event
  kind: string
  /// of it, among the newest events of all
  events: number
}

export interface Compaction {
  /// that were compacted, of all searches
  blocks: number
  /// that they were packed into
  ranges: number
  /// that these take of the disk
  bytes: number
  /// when the last one was made; null if there is none
  newest_at: string | null
  /// the last one; null if nobody gave any
  order: CompactionOrder | null
  /// blocks, if it was asked how many; or null
  compactable: number | null
}

export interface CompactionOrder {
  /// how long ago the blocks finished
  older_than_seconds: number
  /// and why, if that was said
  ordered_by: string
  /// when
  ordered_at: string
  /// null while the janitor is at it
  done_at: string | null
  /// were compacted since
  blocks: number
}

export interface CompactOrder {
  /// blocks that finished so long ago are compacted
  older_than_seconds: number
  /// kept with the order
  reason?: string
}

export interface SwitchOrder {
  /// start or stop a drain
  order: 'start' | 'stop'
  /// kept with the order
  reason?: string
}

export interface Problem {
  /// about:blank: the status says it all
  type: string
  /// what the status means
  title: string
  /// of HTTP
  status: number
  /// what is wrong, in one line
  detail: string
  /// the parameter or field that is wrong, if one is
  field?: string
}

export const modes = ['complete', 'pruned', 'exact'] as const
export const findingKinds = ['witness', 'violation', 'undecided', 'best'] as const
export const defaultThreshold = '1.767'
export const shareMax = 1000
