// The page: one look must tell whether all is well, how far the search is, how long it takes, and whether anything was found.

import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { usePolled } from './api'
import { Confirmation, TokenDialog, useOrders, type Question } from './orders'
import { Choice, Empty, useKept } from './parts'
import { BlockDurations, MarginPlot, QueueDepths, Records, Throughput, useHorizon, useRecords, Witnesses } from './plots'
import './style.css'
import { Banner, HorizonCard, Pipeline, Problems, Searches } from './top'
import { defaultThreshold } from './types'
import type { List, Overview, Search, StrategyWords } from './types'
import { DrainSwitch, Events, Failures, OldBlocks, Submit, Workers } from './work'

const stale = 3
/// Searches that are shown at first, and at most: the gateway sends no more.
const searchesAtFirst = 20
const searchesMax = 1000

/// Which search the plots show lies in the address, so that it can be sent to others.
function useChosen(): [number | null, (id: number) => void] {
  const read = () => {
    const match = /^#search=(\d+)$/.exec(window.location.hash)
    return match ? Number(match[1]) : null
  }
  const [chosen, setChosen] = useState<number | null>(read)
  useEffect(() => {
    const changed = () => setChosen(read())
    window.addEventListener('hashchange', changed)
    return () => window.removeEventListener('hashchange', changed)
  }, [])
  return [chosen, (id) => (window.location.hash = `search=${id}`)]
}

/// As the system has it, unless the reader chose otherwise.
function useTheme(): [string, string, (choice: string) => void] {
  const [choice, choose] = useKept('robin-theme', 'auto', window.localStorage)
  const [dark, setDark] = useState(() => window.matchMedia('(prefers-color-scheme: dark)').matches)
  useEffect(() => {
    const query = window.matchMedia('(prefers-color-scheme: dark)')
    const changed = () => setDark(query.matches)
    query.addEventListener('change', changed)
    return () => query.removeEventListener('change', changed)
  }, [])
  const theme = choice === 'auto' ? (dark ? 'dark' : 'light') : choice
  document.documentElement.dataset['theme'] = theme
  return [theme, choice, choose]
}

/// The newest that certifies, else the newest.
function worthShowing(searches: Search[]): Search | null {
  return searches.filter((search) => search.log10_log10_n !== null).at(-1) ?? searches.at(-1) ?? null
}

function Page() {
  const [theme, choice, choose] = useTheme()
  const [times, setTimes] = useKept('robin-times', 'ago', window.localStorage)
  const [seconds, setSeconds] = useKept('robin-refresh', '2', window.localStorage)
  const [chosen, setChosen] = useChosen()
  const [wanted, want] = useState(searchesAtFirst)
  const { data: overview, heard, misses, error, again } = usePolled<Overview>(`overview?searches=${wanted}`, Number(seconds) || 2)
  const records = useRecords()
  const horizon = useHorizon()
  // They change with the gateway's release only.
  const strategies = usePolled<List<StrategyWords>>('strategies', 3600).data?.items ?? []
  const orders = useOrders()
  const [question, ask] = useState<Question | null>(null)
  const inUtc = times === 'utc'

  useEffect(() => {
    const level = overview?.verdict.level
    document.title = `${level === 'violation' ? '✸ ' : level === 'warning' ? '⚠ ' : ''}robin`
  }, [overview?.verdict.level])

  // One that was chosen is shown wherever it stands among thousands.
  const listed = overview?.searches ?? []
  const isListed = listed.some((one) => one.id === chosen)
  const alone = usePolled<Search>(chosen === null || overview === null || isListed ? null : `searches/${chosen}`, Number(seconds) || 2).data
  const searches = alone === null || isListed ? listed : [...listed, alone]
  const search = searches.find((one) => one.id === chosen) ?? worthShowing(listed)
  return (
    <>
      <a class="skip" href="#searches">to the searches</a>
      <header>
        <h1><img src="./icon.svg" alt="" />robin</h1>
        <span class="formula">σ(n) &lt; e<sup>γ</sup> n log log n ?</span>
        <div class="acts">
          <span class={`asof ${misses >= stale ? 'stale' : ''}`} id="asof">
            {heard === null ? 'asking the gateway…' : `as of ${new Date(heard).toISOString().slice(11, 19)} UTC`}
            {misses > 0 && ` — ${error}`}
          </span>
          {orders.token !== '' && <button class="small" onClick={orders.forget}>Forget the token</button>}
        </div>
      </header>
      <main>
        {orders.said !== null && (
          <section class="card" role="alert">
            <p class={`said ${orders.said.bad ? 'bad' : ''}`} id="said">
              {orders.said.bad && '⚠ '}{orders.said.text} <button class="small" onClick={orders.hush}>Dismiss</button>
            </p>
          </section>
        )}
        {overview === null ? (
          <section class="card"><Empty>{error === null ? 'Asking the gateway…' : `${error}. This page asks again every ${seconds} s; see that robin-gateway and the database run.`}</Empty></section>
        ) : (
          <>
            <Banner strategies={strategies} verdict={overview.verdict} alarms={overview.alarms} problems={overview.problems} horizon={horizon.data} />
            <Problems problems={overview.problems} />
            <Pipeline overview={overview} />
            <Searches
              searches={searches}
              counts={overview.search_counts}
              chosen={search?.id ?? null}
              choose={setChosen}
              more={wanted < searchesMax ? () => want(Math.min(2 * wanted, searchesMax)) : null}
              give={orders.give}
              ask={ask}
              done={again}
            />
            <div class="third" style={{ display: 'grid', gap: '1rem', alignContent: 'start' }}>
              <DrainSwitch drain={overview.drain} give={orders.give} ask={ask} done={again} />
              <OldBlocks inUtc={inUtc} give={orders.give} ask={ask} done={again} />
              <Submit strategies={strategies} give={orders.give} done={again} />
            </div>
            <MarginPlot strategies={strategies} search={search} theme={theme} horizon={horizon.data} />
            <HorizonCard horizon={horizon} />
            <Witnesses strategies={strategies} threshold={Math.min(Number(defaultThreshold), ...searches.map((one) => Number(one.threshold)))} theme={theme} records={records} />
            <Records inUtc={inUtc} records={records} />
            <QueueDepths theme={theme} />
            <Throughput search={search} theme={theme} />
            <Workers inUtc={inUtc} />
            <Failures overview={overview} give={orders.give} ask={ask} done={again} />
            <BlockDurations search={search} theme={theme} />
            <Events inUtc={inUtc} />
          </>
        )}
      </main>
      <footer>
        {overview?.links.map((link) => (
          <a key={link.name} href={link.url} rel="noreferrer">{link.name}</a>
        ))}
        <a href="api/v1/overview">API</a>
        <a href="api/v1/openapi.json">API description</a>
        <label>refresh every <select value={seconds} onChange={(event) => setSeconds(event.currentTarget.value)}>
          {['1', '2', '5', '30'].map((one) => <option key={one} value={one}>{one} s</option>)}
        </select></label>
        <span>times <Choice label="times" value={times} among={[['ago', 'ago'], ['utc', 'UTC']] as const} choose={setTimes} /></span>
        <span>colours <Choice label="colours" value={choice} among={[['auto', 'auto'], ['light', 'light'], ['dark', 'dark']] as const} choose={choose} /></span>
        {overview !== null && <span>robin {overview.version} ({overview.revision})</span>}
      </footer>
      <TokenDialog dialog={orders.dialog} enter={orders.enter} />
      <Confirmation question={question} close={() => ask(null)} />
    </>
  )
}

render(<Page />, document.getElementById('page')!)
