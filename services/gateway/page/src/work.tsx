// Where people act: submit, drain, retry; and who works at what, and what happened.

import { useState } from 'preact/hooks'
import { ask, Refusal, usePolled } from './api'
import { duration, percent, whole, withUnit } from './format'
import type { Orders, Question } from './orders'
import { Card, Choice, Empty, Moment } from './parts'
import { defaultThreshold, shareMax } from './types'
import type { Compaction, Drain, ErrorGroup, Estimate, Event as Happening, EventCount, List, Overview, Retried, StrategyWords, Submission, Wide, Worker } from './types'

/// What a search would take, in words.
function Taken({ of }: { of: Estimate }) {
  const known = of.core_seconds !== null
  return (
    <ul class="keys" id="estimate">
      <li>{whole(of.blocks)} {of.blocks === 1 ? 'block' : 'blocks'}</li>
      <li>{known ? `${duration(of.core_seconds!)} of computing, by the blocks of search ${of.by_search}` : 'computing: not known, for none of its strategy was computed'}</li>
      {of.cores !== null && of.fleet_share !== null && <li>{percent(of.fleet_share)} of a fleet of {of.cores.toFixed(1)} cores, by its last hour</li>}
      <li>{of.eta_seconds !== null ? `≈ ${duration(of.eta_seconds)} until its end` : 'time until its end: not known'}</li>
      {of.ledger_bytes !== null && <li>≈ {withUnit(of.ledger_bytes)}B in the ledger</li>}
    </ul>
  )
}

export function Submit({ strategies, give, done }: Pick<Orders, 'give'> & { strategies: StrategyWords[]; done: () => void }) {
  const [chosen, setStrategy] = useState<string | null>(null)
  const [end, setEnd] = useState('')
  const [threshold, setThreshold] = useState('')
  const [share, setShare] = useState('')
  const [paused, setPaused] = useState(false)
  // What was answered, and to what it was: what the form says now may be something else.
  const [estimate, setEstimate] = useState<{ path: string; answer: Estimate | string } | null>(null)
  const strategy = chosen ?? strategies[0]?.strategy ?? ''
  const example = strategies.find((one) => one.strategy === strategy)?.example_end ?? ''
  const asked = { strategy, end: end.trim() || example, ...(threshold.trim() && { threshold: threshold.trim() }) }
  const path = `estimate?${new URLSearchParams({ ...asked, ...(share && { share }) })}`
  const submit = async (event: Event) => {
    event.preventDefault()
    const body = { ...asked, ...(share && { share: Number(share) }), ...(paused && { paused }) }
    await give('searches', body, (answer) => {
      const { search, what } = answer as Submission
      return what === 'submitted' ? `Search ${search} was submitted${paused ? ', and waits until it is resumed' : ''}.` : what === 'extended' ? `Search ${search} was known and goes on to the new end.` : `Search ${search} was known already: nothing new to do.`
    })
    done()
  }
  const wouldTake = async (event: MouseEvent & { currentTarget: HTMLButtonElement }) => {
    if (event.currentTarget.form?.reportValidity()) {
      const answer = await ask<Estimate>(path).catch((error: unknown) => (error instanceof Refusal ? error.message : 'the gateway cannot be reached'))
      setEstimate({ path, answer })
    }
  }
  return (
    <Card title="Submit a search" id="submit" size="third">
      <form class="fields" onSubmit={(event) => void submit(event)}>
        <label style={{ flexBasis: '100%' }}>
          strategy
          <select value={strategy} onChange={(event) => setStrategy(event.currentTarget.value)}>
            {strategies.map((one) => (
              <option key={one.strategy} value={one.strategy}>{one.strategy}: {one.examines}</option>
            ))}
          </select>
        </label>
        <label>
          up to
          <input name="end" placeholder={example} value={end} onInput={(event) => setEnd(event.currentTarget.value)} />
        </label>
        <label>
          keep n with a ratio from
          <input name="threshold" placeholder={defaultThreshold} inputMode="decimal" value={threshold} onInput={(event) => setThreshold(event.currentTarget.value)} />
        </label>
        <label>
          share of the fleet
          <input name="share" type="number" min={1} max={shareMax} step={1} placeholder="1" value={share} onInput={(event) => setShare(event.currentTarget.value)} />
        </label>
        <label class="check">
          <input name="paused" type="checkbox" checked={paused} onChange={(event) => setPaused(event.currentTarget.checked)} />
          paused at first
        </label>
        <span class="acts">
          <button class="main" type="submit">Submit</button>
          <button type="button" onClick={(event) => void wouldTake(event)}>What would it take?</button>
        </span>
      </form>
      <div aria-live="polite">
        {estimate?.path === path && (typeof estimate.answer === 'string' ? <p class="said bad">⚠ {estimate.answer}</p> : <Taken of={estimate.answer} />)}
      </div>
      <p class="note" style={{ marginTop: '0.6rem' }}>A larger end extends a search that is known already; its share stays.</p>
    </Card>
  )
}

const drainWords: Record<Drain['state'], string> = {
  WRITABLE: 'Blocks enter the queue as usual. Drain the fleet before you stop all of it.',
  DRAINING: 'Nothing enters; what is inside is finished and saved.',
  DRAINED: 'Nothing is in flight: it is safe to stop everything.',
  UNKNOWN: 'It cannot be told whether the queues are empty.'
}

export function DrainSwitch({ drain, give, ask, done }: { drain: Drain; ask: (question: Question) => void; done: () => void } & Pick<Orders, 'give'>) {
  // How much was inside when this page saw the drain begin.
  const [most, setMost] = useState(0)
  const stopped = drain.state !== 'WRITABLE'
  if (stopped && drain.in_flight > most) {
    setMost(drain.in_flight)
  }
  if (!stopped && most > 0) {
    setMost(0)
  }
  const turn = (start: boolean) =>
    ask({
      title: start ? 'Drain the cluster?' : 'Let blocks enter again?',
      text: start
        ? `No block enters the queue any more; the ${whole(drain.in_flight)} in flight are computed and saved. Nothing is lost, and it can be taken back at any time.`
        : 'The producer goes on where it was stopped.',
      yes: start ? 'Drain' : 'Go on',
      wantsReason: start,
      answer: (reason) => {
        void give('drain', { order: start ? 'start' : 'stop', ...(reason && { reason }) }, () => (start ? 'The drain has begun.' : 'Blocks enter again.')).then(done)
      }
    })
  return (
    <Card
      title="Drain"
      id="drain"
      size="third"
      right={
        stopped ? <button class="main" onClick={() => turn(false)}>Resume</button> : <button onClick={() => turn(true)}>Drain…</button>
      }
    >
      <p data-drain={drain.state}>
        <b>{drain.state.toLowerCase()}</b> — {drainWords[drain.state]}
      </p>
      {stopped && (
        <>
          <div class="bar" role="progressbar" aria-label="drain" aria-valuemin={0} aria-valuemax={most} aria-valuenow={most - drain.in_flight} style={{ margin: '0.5rem 0' }}>
            <span class="finished" style={{ width: `${most === 0 ? 100 : (100 * (most - drain.in_flight)) / most}%` }} />
          </div>
          <p class="note">{whole(drain.in_flight)} blocks in flight</p>
        </>
      )}
      {drain.why !== null && <p class="note">{drain.why}</p>}
    </Card>
  )
}

const daySeconds = 86_400
const retentionDaysMax = 3_653

/// What old blocks take of the database, and the order to pack them.
export function OldBlocks({ inUtc, give, ask, done }: { inUtc: boolean; ask: (question: Question) => void; done: () => void } & Pick<Orders, 'give'>) {
  const { data, error } = usePolled<Compaction>('compaction', 5)
  const compact = () =>
    ask({
      title: 'Pack old blocks?',
      text: 'Audited blocks that finished before that are packed into ranges, which take a fraction of the room in the database. Certificates, findings, events and lists stay as they are; nothing about a packed block can be disputed any more.',
      yes: 'Pack them',
      wantsReason: true,
      number: { label: `older than so many days, 0 to ${retentionDaysMax}`, value: 1, min: 0, max: retentionDaysMax },
      answer: (reason, days) =>
        void give('compaction', { older_than_seconds: days * daySeconds, ...(reason && { reason }) }, () => 'The janitor packs old blocks.').then(done)
    })
  return (
    <Card title="Old blocks" id="old-blocks" size="third" right={<button onClick={compact}>Pack…</button>}>
      {data === null ? (
        <Empty error={error}>Asking the gateway…</Empty>
      ) : (
        <>
          <p>
            {data.blocks === 0 ? 'None is packed: each block has rows of its own in the database.' : `${whole(data.blocks)} blocks are packed into ${whole(data.ranges)} ${data.ranges === 1 ? 'range' : 'ranges'} of ${withUnit(data.bytes)}B in all.`}
          </p>
          {data.order !== null && (
            <p class="note" data-order={data.order.done_at === null ? 'open' : 'done'}>
              Ordered for what is older than {duration(data.order.older_than_seconds)}, by {data.order.ordered_by}:{' '}
              {whole(data.order.blocks)} packed, {data.order.done_at === null ? 'not done yet' : <>done <Moment at={data.order.done_at} inUtc={inUtc} /></>}
            </p>
          )}
        </>
      )}
    </Card>
  )
}

const workersShown = 60

export function Workers({ inUtc }: { inUtc: boolean }) {
  const { data, error } = usePolled<List<Worker>>(`workers?limit=${workersShown}`, 5)
  const workers = data?.items ?? []
  return (
    <Card title="Workers" id="workers" size="half" right={workers.length > 0 && <span class="note">{workers.length === workersShown && `the ${workersShown} heard of last; `}short blocks are over before they are seen here</span>}>
      {workers.length === 0 ? (
        <Empty error={error}>No worker has taken a block yet. If “Pipeline” shows no consumer, start <code>robin-consumer</code>, or <code>kubectl scale deployment/consumer --replicas=2</code>.</Empty>
      ) : (
        <ul class="tiles">
          {workers.map((worker) => {
            // An idle worker is silent as well.
            const lost = worker.running.length > 0 && worker.heard_age_seconds > 120
            return (
              <li key={worker.name} class={`tile ${lost ? 'silent' : ''}`}>
                <b>{worker.name}</b>
                <span class="note">
                  {lost && '⚠ silent: '}heard of <Moment at={worker.heard_at} inUtc={inUtc} />
                </span>
                {worker.running.map(({ block, age_seconds }) => (
                  <div key={block}>block {block}, for {duration(age_seconds)}</div>
                ))}
              </li>
            )
          })}
        </ul>
      )}
    </Card>
  )
}

export function Failures({ give, ask, overview, done }: { overview: Overview; ask: (question: Question) => void; done: () => void } & Pick<Orders, 'give'>) {
  const { data, error, again } = usePolled<List<ErrorGroup>>('blocks/errors', 5)
  const groups = data?.items ?? []
  const failed = overview.blocks.failed + overview.blocks.quarantined
  const retry = async (body: unknown) => {
    await give('blocks/retry', body, (answer) => {
      const { blocks } = answer as Retried
      return `${whole(blocks)} ${blocks === 1 ? 'block is' : 'blocks are'} tried again.`
    })
    again()
    done()
  }
  const retryAll = () =>
    ask({
      title: `Try ${whole(failed)} blocks again?`,
      text: 'All failed and quarantined blocks of all searches are queued again, with a fresh count of attempts.',
      yes: 'Retry all',
      wantsReason: false,
      answer: () => void retry({ states: ['failed', 'quarantined'] })
    })
  return (
    <Card title="Failed blocks" id="failures" size="half" right={groups.length > 0 && <button class="small" onClick={retryAll}>Retry all {whole(failed)}…</button>}>
      {groups.length === 0 ? (
        <Empty error={error}>No block has failed for good. A block that fails is tried again by itself; one that fails too often appears here, by its error.</Empty>
      ) : (
        <div class="table">
          <table>
            <thead>
              <tr><th class="number">blocks</th><th>error</th><th>for example</th></tr>
            </thead>
            <tbody>
              {groups.map((group) => (
                <tr key={group.error ?? ''}>
                  <td class="number">{whole(group.blocks)}</td>
                  <td style={{ overflowWrap: 'anywhere' }}>{group.error ?? 'no error was kept'}</td>
                  <td>
                    {group.ids.slice(0, 3).map((id) => (
                      <button key={id} class="small" onClick={() => void retry({ ids: [String(id)] })}>
                        retry block {id}
                      </button>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  )
}

const kinds = [['', 'all'], ['alarm', 'alarms'], ['drain', 'drains']] as const

/// One event of a kind, and several. A newer gateway may know others, which are shown by their own names.
const kindNames: Record<string, [string, string]> = {
  alarm: ['alarm', 'alarms'],
  unfit: ['unfit result', 'unfit results'],
  disputed: ['dispute', 'disputes'],
  settled: ['dispute settled', 'disputes settled'],
  refined: ['block looked at closely', 'blocks looked at closely'],
  drain: ['drain', 'drains'],
  retry: ['retry by order', 'retries by order'],
  dead_letter: ['dead letter', 'dead letters'],
  pause: ['search paused', 'searches paused'],
  resume: ['search resumed', 'searches resumed'],
  cancel: ['search ended by order', 'searches ended by order'],
  share: ['share changed', 'shares changed'],
  compact: ['word of compaction', 'words of compaction']
}
const counted = ({ kind, events }: EventCount): string => `${whole(events)} ${kindNames[kind]?.[events === 1 ? 0 : 1] ?? kind}`

const eventsShown = 20

export function Events({ inUtc }: { inUtc: boolean }) {
  const [kind, setKind] = useState<string>('')
  // Where the page before ended; null: the newest.
  const [after, setAfter] = useState<Wide | null>(null)
  const { data, error } = usePolled<List<Happening>>(`events?limit=${eventsShown}${kind && `&kind=${kind}`}${after === null ? '' : `&after=${after}`}`, 5)
  const lately = usePolled<List<EventCount>>('events/counts?minutes=60', 5).data?.items ?? []
  const events = data?.items ?? []
  const next = data?.next ?? null
  const choose = (chosen: string) => {
    setKind(chosen)
    setAfter(null)
  }
  return (
    <Card title="Events" id="events" size="half" right={<Choice label="which events" value={kind} among={kinds} choose={choose} />}>
      {lately.length > 0 && (
        <p class="lately" role="group" aria-label="the last hour">
          In the last hour:
          {lately.map((one) => (
            <button key={one.kind} class="small toggle" aria-pressed={one.kind === kind} onClick={() => choose(one.kind === kind ? '' : one.kind)}>
              {counted(one)}
            </button>
          ))}
        </p>
      )}
      {events.length === 0 ? (
        <Empty error={error}>{after === null && kind === '' ? 'Nothing happened yet. Drains, retries, disputes, quarantined blocks, alarms and orders about searches are kept here for ever.' : 'There is nothing more of this.'}</Empty>
      ) : (
        <ul class="events" tabIndex={0} aria-label="events">
          {events.map((event) => (
            <li key={event.id}>
              <span class={`badge ${event.kind === 'alarm' ? 'bad' : ''}`}>{event.kind}</span>
              <span class="note">
                <Moment at={event.at} inUtc={inUtc} />
                {event.search !== null && ` · search ${event.search}`}
                {event.block !== null && ` · block ${event.block}`}
              </span>
              <span class="message">{event.message}</span>
            </li>
          ))}
        </ul>
      )}
      {(after !== null || next !== null) && (
        <p class="more">
          {after !== null && <button class="small" onClick={() => setAfter(null)}>The newest</button>}
          {next !== null && <button class="small" onClick={() => setAfter(next)}>Older ones</button>}
        </p>
      )}
    </Card>
  )
}
