// Where people act: submit, drain, retry; and who works at what, and what happened.

import { useState } from 'preact/hooks'
import { usePolled } from './api'
import { duration, whole } from './format'
import type { Orders, Question } from './orders'
import { Card, Choice, Empty, Moment } from './parts'
import { defaultThreshold } from './types'
import type { Drain, ErrorGroup, Event as Happening, List, Overview, Retried, StrategyWords, Submission, Worker } from './types'

export function Submit({ strategies, give, done }: Pick<Orders, 'give'> & { strategies: StrategyWords[]; done: () => void }) {
  const [chosen, setStrategy] = useState<string | null>(null)
  const [end, setEnd] = useState('')
  const [threshold, setThreshold] = useState('')
  const strategy = chosen ?? strategies[0]?.strategy ?? ''
  const example = strategies.find((one) => one.strategy === strategy)?.example_end ?? ''
  const submit = async (event: Event) => {
    event.preventDefault()
    const body = { strategy, end: end.trim() || example, ...(threshold.trim() && { threshold: threshold.trim() }) }
    await give('searches', body, (answer) => {
      const { search, what } = answer as Submission
      return what === 'submitted' ? `Search ${search} was submitted.` : what === 'extended' ? `Search ${search} was known and goes on to the new end.` : `Search ${search} was known already: nothing new to do.`
    })
    done()
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
          keep ratios from
          <input name="threshold" placeholder={defaultThreshold} inputMode="decimal" value={threshold} onInput={(event) => setThreshold(event.currentTarget.value)} />
        </label>
        <button class="main" type="submit">Submit</button>
      </form>
      <p class="note" style={{ marginTop: '0.6rem' }}>A larger end extends a search that is known already.</p>
    </Card>
  )
}

const drainWords: Record<Drain['state'], string> = {
  WRITABLE: 'Blocks enter the queue as usual.',
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

export function Workers({ inUtc }: { inUtc: boolean }) {
  const { data, error } = usePolled<List<Worker>>('workers?limit=60', 5)
  const workers = data?.items ?? []
  return (
    <Card title="Workers" id="workers" size="half" right={workers.length > 0 && <span class="note">short blocks are over before they are seen here</span>}>
      {workers.length === 0 ? (
        <Empty error={error}>No worker was heard of yet. Start <code>robin-consumer</code>, or <code>kubectl scale deployment/consumer --replicas=2</code>.</Empty>
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
  const failed = overview.searches.reduce((sum, search) => sum + search.blocks.failed + search.blocks.quarantined, 0)
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
        <Empty error={error}>No block is failed. Blocks that fail are tried again by themselves; those that do so too often appear here, by their error.</Empty>
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
                      <button key={id} class="small" aria-label={`retry block ${id}`} onClick={() => void retry({ ids: [String(id)] })}>
                        retry {id}
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

export function Events({ inUtc }: { inUtc: boolean }) {
  const [kind, setKind] = useState<string>('')
  const { data, error } = usePolled<List<Happening>>(`events?limit=50${kind && `&kind=${kind}`}`, 5)
  const events = data?.items ?? []
  return (
    <Card title="Events" id="events" size="half" right={<Choice label="which events" value={kind} among={kinds} choose={setKind} />}>
      {events.length === 0 ? (
        <Empty error={error}>Nothing happened yet. Drains, retries, disputes, quarantined blocks and alarms are kept here for ever.</Empty>
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
    </Card>
  )
}
