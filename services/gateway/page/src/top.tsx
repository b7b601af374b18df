// What a visitor looks at first: the verdict, what is wrong in words, how far each search is, and where blocks are.

import { duration, percent, position, typeset, whole, withUnit } from './format'
import { Card, Empty, Example } from './parts'
import type { BlockCounts, Hindrance, Overview, Queue, Search, StrategyWords } from './types'

const signs = { good: '✔', warning: '⚠', violation: '✸', idle: '○' } as const

export function Banner({ strategies, verdict, alarms, problems }: Pick<Overview, 'verdict' | 'alarms' | 'problems'> & { strategies: StrategyWords[] }) {
  const faults = problems.filter((problem) => problem.fault)
  return (
    <section class={`card banner ${verdict.level}`} role="status" aria-live="polite" id="verdict" data-level={verdict.level}>
      <span class="sign" aria-hidden="true">{signs[verdict.level]}</span>
      <p class="sentence">{typeset(verdict.sentence)}</p>
      <p>
        {verdict.detail !== null && <>{typeset(verdict.detail)} </>}
        {verdict.level === 'idle' && strategies[0] && <>Submit a search below, or <Example of={strategies[0]} />. </>}
        {faults.length > 0 && <>Something needs you: {faults[0]!.message}.</>}
        {alarms.length > 1 && <> {alarms.length} alarms in all (see Events).</>}
      </p>
    </section>
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
  ['disputed', 'disputed', 'disputed']
]

function SearchRow({ search, chosen, choose }: { search: Search; chosen: boolean; choose: () => void }) {
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
        <span class="how-far">
          {search.state === 'finished' ? 'finished' : percent(search.share)}
          {search.state === 'failed' && ' · stopped by failed blocks'}
        </span>
      </div>
      <div class="bar" role="progressbar" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.floor(100 * search.share)} aria-label={`search ${search.id}`}>
        <span class="finished" style={{ width: `${100 * search.share}%` }} title={`finished: ${percent(search.share)}`} />
        {shown
          .filter(([key]) => key !== 'finished' && key !== 'pending')
          .map(([key, name, style]) => (
            <span key={key} class={style} style={{ width: `${Math.min(100 * one * search.blocks[key], 100 * (1 - search.share))}%` }} title={`${search.blocks[key]} ${name}`} />
          ))}
      </div>
      <div class="line note">
        <span>everything before {position(search.frontier)} is done</span>
        {search.log10_log10_n !== null && <span>certified to log₁₀ log₁₀ N = {search.log10_log10_n}…</span>}
        <span>{whole(search.candidates)} candidates</span>
        {search.state === 'running' && search.positions_per_second > 0 && <span>{withUnit(search.positions_per_second)}/s</span>}
        {search.state === 'running' && <span>{search.eta_seconds === null ? 'time left: not known yet' : `≈ ${duration(search.eta_seconds)} left`}</span>}
        {search.objection !== null && <span>not certified further: {search.objection}</span>}
      </div>
      <ul class="keys" aria-label="blocks">
        {shown.map(([key, name, style]) => (
          <li key={key}>
            <i class={style} />
            {whole(search.blocks[key])} {name}
          </li>
        ))}
      </ul>
    </article>
  )
}

export function Searches({ searches, chosen, choose }: { searches: Search[]; chosen: number | null; choose: (id: number) => void }) {
  return (
    <Card title="Searches" id="searches" size="two-thirds" right={<span class="note">choose one to see its plots</span>}>
      {searches.length === 0 && <Empty>Nothing was submitted yet. The form beside this takes the first search.</Empty>}
      {[...searches].reverse().map((search) => (
        <SearchRow key={search.id} search={search} chosen={search.id === chosen} choose={() => choose(search.id)} />
      ))}
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
  const pending = overview.searches.reduce((sum, search) => sum + search.blocks.pending, 0)
  const finished = overview.searches.reduce((sum, search) => sum + search.blocks.finished, 0)
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
          <Stage name="consumers" big={blocks?.known ? whole(blocks.consumers!) : '—'} small={overview.silent_seconds === null ? 'never heard of' : `heard of ${duration(overview.silent_seconds)} ago`} problems={about('consumers')} />
          <Flow rate={results?.published_per_second} />
        </li>
        <li>
          <Stage name="robin.results" big={deep(results)} small="ready / unacked" problems={about('results')} />
          <Flow rate={results?.acked_per_second} />
        </li>
        <li>
          <Stage name="saver" big={connected('saver')} small={results?.known ? `${whole(results.consumers!)} connected` : ''} problems={about('saver')} />
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
