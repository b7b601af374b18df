// What a visitor looks at first: the verdict, what is wrong in words, how far each search is, and where blocks are.

import type { Polled } from './api'
import { duration, percent, position, typeset, whole, withUnit } from './format'
import type { Orders, Question } from './orders'
import { Card, Empty, Example } from './parts'
import { shareMax } from './types'
import type { BlockCounts, Hindrance, Horizon, Overview, Queue, Search, SearchCounts, StrategyWords } from './types'

const signs = { good: '✔', warning: '⚠', violation: '✸', idle: '○' } as const

export function Banner({ strategies, verdict, alarms, problems, horizon }: Pick<Overview, 'verdict' | 'alarms' | 'problems'> & { strategies: StrategyWords[]; horizon: Horizon | null }) {
  const faults = problems.filter((problem) => problem.fault)
  return (
    <section class={`card banner ${verdict.level}`} role="status" aria-live="polite" id="verdict" data-level={verdict.level}>
      <span class="sign" aria-hidden="true">{signs[verdict.level]}</span>
      <p class="sentence">{typeset(verdict.sentence)}</p>
      <p>
        {verdict.detail !== null && <>{typeset(verdict.detail)} </>}
        {verdict.level === 'idle' && (
          <>
            This fleet looks for an n &gt; 5040 with σ(n) ≥ e<sup>γ</sup> n log log n, which would disprove the Riemann Hypothesis.
            {strategies[0] && <> Submit a search below, or by <Example of={strategies[0]} />. </>}
          </>
        )}
        {faults.length > 0 && <>Something needs you: {faults[0]!.message}.</>}
        {alarms.length > 1 && <> {alarms.length} alarms in all (see Events).</>}
      </p>
      {horizon !== null && (
        <p class="beside">
          {verdict.level === 'violation' ? (
            <>The horizon, below, says: {typeset(horizon.statement)}, given {horizon.given.length} theorems of others. If this is a counterexample to it, one of the two is wrong.</>
          ) : (
            <>Known without any search: {typeset(horizon.statement)}, given {horizon.given.length} theorems of others (the horizon, below). {horizon.searches}</>
          )}
        </p>
      )}
    </section>
  )
}

/// What is proved without any search, and what that rests on.
export function HorizonCard({ horizon: { data, error } }: { horizon: Polled<Horizon> }) {
  return (
    <Card title="The horizon: what the verified zeros of zeta prove alone" id="horizon" right={<span class="note">theorems of others, without any search</span>}>
      {data === null ? (
        <Empty error={error}>The gateway is computing it, which takes some seconds after its start.</Empty>
      ) : (
        <>
          <p class="sentence">{typeset(data.statement)}</p>
          <p>{data.searches}</p>
          <p>Given:</p>
          <ul class="given">
            {data.given.map((one) => (
              <li key={one.name} title={one.reference}><b>{one.name}</b>: {one.statement}</li>
            ))}
          </ul>
          {data.remarks.map((remark) => (
            <p class="note" key={remark}>{typeset(remark)}</p>
          ))}
        </>
      )}
    </Card>
  )
}

export function Problems({ problems }: { problems: Hindrance[] }) {
  if (problems.length === 0) {
    return null
  }
  return (
    <Card title="What needs attention" id="problems">
      <ul class="problems">
        {problems.map(({ where, fault, message, next }) => (
          <li key={where + message} class={fault ? '' : 'known'}>
            <b>{where}</b>: {message} <span class="next">— {next}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

const states: [keyof BlockCounts, string, string][] = [
  ['finished', 'finished', 'finished'],
  ['running', 'running', 'running'],
  ['queued', 'queued', 'queued'],
  ['pending', 'pending', 'pending'],
  ['failed', 'failed', 'failed'],
  ['quarantined', 'quarantined', 'failed'],
  ['disputed', 'disputed', 'disputed'],
  ['cancelled', 'never computed', 'cancelled']
]

/// Where it stands, in words: percent alone for one that goes on.
const standing: Record<Search['state'], (search: Search) => string> = {
  running: (search) => percent(search.share),
  finished: () => 'finished',
  failed: (search) => `${percent(search.share)} · stopped by failed blocks`,
  paused: (search) => `${percent(search.share)} · paused`,
  cancelled: (search) => `ended at ${position(search.frontier)} by order`
}

type Acts = Pick<Orders, 'give'> & { ask: (question: Question) => void; done: () => void }

/// What may be ordered of a search that is not over.
function SearchActs({ search, give, ask, done }: { search: Search } & Acts) {
  const name = `search ${search.id}`
  const order = (what: string, body: unknown, said: string) => void give(`searches/${search.id}/${what}`, body, () => said).then(done)
  const because = (reason: string) => (reason === '' ? {} : { reason })
  const share = () =>
    ask({
      title: `What share is ${name} to have?`,
      text: 'A search of share 3 gets three times as many computing seconds as one of share 1, while both have blocks.',
      yes: 'Give it',
      wantsReason: true,
      number: { label: `share, 1 to ${shareMax}`, value: search.computing_share, min: 1, max: shareMax },
      answer: (reason, number) => order('share', { share: number, ...because(reason) }, `The share of ${name} is ${number}.`)
    })
  const cancel = () =>
    ask({
      title: `End ${name} for good?`,
      text: `It cannot be resumed. Everything before ${position(search.frontier)} is done; what was found and certified stays. What is not done is never computed: submitting it again makes a new search.`,
      yes: 'End it for good',
      no: 'Keep it',
      wantsReason: true,
      answer: (reason) => order('cancel', because(reason), `Search ${search.id} was ended.`)
    })
  return (
    <span class="acts" role="group" aria-label={`orders for ${name}`}>
      {search.state === 'paused' ? (
        <button class="small" aria-label={`Resume ${name}`} onClick={() => order('resume', {}, `Search ${search.id} goes on.`)}>Resume</button>
      ) : (
        <button class="small" aria-label={`Pause ${name}`} onClick={() => order('pause', {}, `Search ${search.id} is paused: what is in flight ends as usual.`)}>Pause</button>
      )}
      <button class="small" aria-label={`Share of ${name}…`} onClick={share}>Share…</button>
      <button class="small" aria-label={`Cancel ${name}…`} onClick={cancel}>Cancel…</button>
    </span>
  )
}

function SearchRow({ search, chosen, choose, ...acts }: { search: Search; chosen: boolean; choose: () => void } & Acts) {
  // Blocks exist only some way ahead, so the frontier says how much is done, and a block is as wide as those before it.
  const one = search.blocks.finished > 0 ? search.share / search.blocks.finished : 0
  const shown = states.filter(([key]) => search.blocks[key] > 0)
  return (
    <article class={`search ${chosen ? 'chosen' : ''}`} data-search={search.id} data-state={search.state}>
      <div class="line">
        <button class="name" aria-pressed={chosen} onClick={choose}>
          {search.id} · {search.strategy}
        </button>
        <span>
          [{position(search.begin)}, {position(search.end)})
        </span>
        <span class="note">
          {search.mode !== 'complete' && `${search.mode}, `}ratios ≥ {search.threshold}
        </span>
        {search.computing_share !== 1 && <span class="badge">share {whole(search.computing_share)}</span>}
        <span class="how-far">{standing[search.state](search)}</span>
      </div>
      <div class="bar" role="progressbar" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.floor(100 * search.share)} aria-label={`search ${search.id}`}>
        <span class="finished" style={{ width: `${100 * search.share}%` }} title={`finished: ${percent(search.share)}`} />
        {shown
          .filter(([key]) => key !== 'finished' && key !== 'pending' && key !== 'cancelled')
          .map(([key, name, style]) => (
            <span key={key} class={style} style={{ width: `${Math.min(100 * one * search.blocks[key], 100 * (1 - search.share))}%` }} title={`${search.blocks[key]} ${name}`} />
          ))}
      </div>
      <div class="line note">
        <span>everything before {position(search.frontier)} is done</span>
        {search.log10_log10_n !== null && <span>certified to log₁₀ log₁₀ N = {search.log10_log10_n}…</span>}
        <span>{whole(search.candidates)} candidates</span>
        {search.state === 'running' && search.positions_per_second > 0 && <span>{withUnit(search.positions_per_second)} positions/s</span>}
        {search.state === 'paused' && <span>nothing new is published until it is resumed</span>}
        {search.state === 'running' && <span>{search.eta_seconds === null ? 'time left: not known yet' : `≈ ${duration(search.eta_seconds)} left`}</span>}
        {search.objection !== null && <span>not certified further: {search.objection}</span>}
      </div>
      <div class="line">
        {shown.length > 0 && (
          <ul class="keys" aria-label="blocks">
            <li aria-hidden="true">blocks:</li>
            {shown.map(([key, name, style]) => (
              <li key={key}>
                <i class={style} />
                {whole(search.blocks[key])} {name}
              </li>
            ))}
          </ul>
        )}
        {search.state !== 'finished' && search.state !== 'cancelled' && <SearchActs search={search} {...acts} />}
      </div>
    </article>
  )
}

/// Running ones first, then those that may go on, then those that are over: as the gateway chooses those that it sends.
const urgency: Record<Search['state'], number> = { running: 2, failed: 1, paused: 1, finished: 0, cancelled: 0 }
const inOrder = (searches: Search[]): Search[] => [...searches].sort((a, b) => urgency[b.state] - urgency[a.state] || b.id - a.id)

const stateNames: [keyof SearchCounts, string][] = [
  ['running', 'running'],
  ['paused', 'paused'],
  ['failed', 'stopped by failed blocks'],
  ['finished', 'finished'],
  ['cancelled', 'ended by order']
]

interface SearchesProps extends Acts {
  searches: Search[]
  counts: SearchCounts
  chosen: number | null
  choose: (id: number) => void
  /// Shows more of them; null where no more are shown.
  more: (() => void) | null
}

export function Searches({ searches, counts, chosen, choose, more, ...acts }: SearchesProps) {
  const all = stateNames.reduce((sum, [key]) => sum + counts[key], 0)
  const words = stateNames.filter(([key]) => counts[key] > 0).map(([key, name]) => `${whole(counts[key])} ${name}`)
  return (
    <Card title="Searches" id="searches" size="two-thirds" right={<span class="note">{words.join(', ')}{all > 1 && '; choose one to see its plots'}</span>}>
      {searches.length === 0 && <Empty>No search was submitted yet. The form “Submit a search” takes the first one.</Empty>}
      {inOrder(searches).map((search) => (
        <SearchRow key={search.id} search={search} chosen={search.id === chosen} choose={() => choose(search.id)} {...acts} />
      ))}
      {all > searches.length && (
        <p class="note more">
          {whole(searches.length)} of {whole(all)} are shown, those that go on first.{' '}
          {more === null ? <>All of them: <code>robin search list</code>.</> : <button class="small" onClick={more}>More searches</button>}
        </p>
      )}
    </Card>
  )
}

interface StageProps {
  name: string
  big: string
  small: string
  problems: Hindrance[]
  title?: string
}

function Stage({ name, big, small, problems, title }: StageProps) {
  const faults = problems.filter((problem) => problem.fault)
  return (
    <div class={`stage ${faults.length > 0 ? 'bad' : ''}`} title={title}>
      <b>{faults.length > 0 && '⚠ '}{name}</b>
      <span class="big">{big}</span>
      {faults.length > 0 ? <small class="why">{faults.map((problem) => problem.message).join('; ')}</small> : <small>{small}</small>}
    </div>
  )
}

function Flow({ rate }: { rate: number | null | undefined }) {
  return (
    <span class="flow" aria-hidden="true">
      {rate !== null && rate !== undefined && rate > 0 ? `${withUnit(rate)}/s` : ''}
      <br />→
    </span>
  )
}

export function Pipeline({ overview }: { overview: Overview }) {
  const queue = (name: string): Queue | undefined => overview.queues.find((one) => one.name === `robin.${name}`)
  const [blocks, results, dead] = [queue('blocks'), queue('results'), queue('dead')]
  const knowsServices = overview.services.length > 0
  const connected = (name: string): string => {
    const service = overview.services.find((one) => one.name === `robin-${name}`)
    return !knowsServices ? '—' : service ? 'runs' : 'none'
  }
  const about = (...places: string[]) => overview.problems.filter((problem) => places.includes(problem.where))
  const { pending, finished } = overview.blocks
  const deep = (one: Queue | undefined): string => (one?.known ? `${whole(one.ready!)} / ${whole(one.unacked!)}` : 'not known')
  return (
    <Card title="Pipeline" id="pipeline" right={<span class="note">queues: messages ready / unacked; an unacked block is being computed or saved</span>}>
      <ol class="strip">
        <li>
          <Stage name="producer" big={connected('producer')} small={`${whole(pending)} blocks pending`} problems={about('producer')} />
          <Flow rate={blocks?.published_per_second} />
        </li>
        <li>
          <Stage name="robin.blocks" big={deep(blocks)} small="ready / unacked" problems={about('blocks')} />
          <Flow rate={blocks?.acked_per_second} />
        </li>
        <li>
          <Stage name="consumers" big={blocks?.known ? whole(blocks.consumers!) : '—'} small={overview.silent_seconds === null ? 'no block taken yet' : `heard of ${duration(overview.silent_seconds)} ago`} problems={about('consumers')} />
          <Flow rate={results?.published_per_second} />
        </li>
        <li>
          <Stage name="robin.results" big={deep(results)} small="ready / unacked" problems={about('results')} />
          <Flow rate={results?.acked_per_second} />
        </li>
        <li>
          <Stage name="saver" big={connected('saver')} small={results?.known ? `${whole(results.consumers!)} connected` : 'stores results'} problems={about('saver')} />
          <Flow rate={null} />
        </li>
        <li>
          <Stage name="database" big={whole(finished)} small="blocks finished" problems={about('database')} />
          <Flow rate={null} />
        </li>
        <li>
          <Stage name="auditor" big={connected('auditor')} small="certifies in order" problems={about('auditor')} />
          <span class="flow" aria-hidden="true" />
        </li>
        <li>
          <Stage name="janitor" big={connected('janitor')} small={`dead letters: ${dead?.known ? whole(dead.ready!) : 'not known'}`} problems={about('janitor', 'dead')} />
        </li>
      </ol>
    </Card>
  )
}
