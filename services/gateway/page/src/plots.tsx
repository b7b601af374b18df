// The plots: the margin's way to 0, the witnesses under e^gamma, queue depths over time, how long blocks take.

import { useMemo, useState } from 'preact/hooks'
import type uPlot from 'uplot'
import { usePolled, type Polled } from './api'
import { Chart } from './chart'
import { duration, enclosure, position, superscript, typeset, whole, withUnit } from './format'
import { Card, Choice, Empty, Example, Factors, Moment, SaveCsv } from './parts'
import { defaultThreshold } from './types'
import type { Durations, Finding, Horizon, HorizonBound, List, Margin, Pace, QueueHistory, Search, StrategyWords } from './types'

/// What two cards and the banner say of it. It changes with the gateway's release only, but the first answer may fail.
export const useHorizon = (): Polled<Horizon> => usePolled<Horizon>('horizon', 60)

interface OfSearch {
  search: Search | null
  theme: string
}
interface WithStrategies {
  strategies: StrategyWords[]
}

/// A margin is about a constant over sqrt(log n) log log n.
const trend = (logLogN: number, constant: number): number => Math.log(constant) - logLogN / 2 - Math.log(logLogN)
const log5040 = Math.log(5040.5)
const eToGamma = 1.7810724179901979852

/// Between two of the horizon's bounds the straight line; null where there are none.
function boundAt(bounds: [number, number][], logLogN: number): number | null {
  const i = bounds.findIndex(([x]) => x >= logLogN)
  if (i < 1) {
    return null
  }
  const [[x0, y0], [x1, y1]] = [bounds[i - 1]!, bounds[i]!]
  return y0 + ((y1 - y0) * (logLogN - x0)) / (x1 - x0)
}

const power = (value: number): string => `e${superscript(Math.round(10 * value) / 10)}`

export function MarginPlot({ strategies, search, theme, horizon }: OfSearch & WithStrategies & { horizon: Horizon | null }) {
  const drawn = strategies.filter((one) => one.plot === 'margin')
  const words = drawn.find((one) => one.strategy === search?.strategy)
  const [shown, show] = useState<'plain' | 'detrended'>('plain')
  const { data, error } = usePolled<List<Margin>>(search && `searches/${search.id}/margin?points=800`, 5)
  const points = useMemo(() => (data?.items ?? []).filter((point) => point.log_margin !== null), [data])
  const isOfHorizon = horizon !== null && words?.inequality === horizon.inequality
  const bounds = usePolled<List<HorizonBound>>(isOfHorizon ? 'horizon/bounds' : null, 60).data
  const columns = useMemo<uPlot.AlignedData>(() => {
    const x = points.map((point) => point.log_log_n)
    const placed = (bounds?.items ?? []).map((one): [number, number] => [Math.log(Number(one.log_n)), Math.log(Number(one.margin))])
    const drawn = (value: number | null, i: number) => (value === null || shown === 'plain' ? value : value - trend(x[i]!, words?.margin_constant ?? 1))
    const margins = points.map((point, i) => drawn(point.log_margin, i))
    return bounds === null ? [x, margins] : [x, margins, x.map((at, i) => drawn(boundAt(placed, at), i))]
  }, [points, bounds, shown, words])
  const marginText = (value: number) => (shown === 'plain' ? Math.exp(value).toExponential(4) : value.toFixed(5))
  const last = points[points.length - 1]
  return (
    <Card
      title="How close nature comes: the certified margin"
      id="margin"
      right={
        <>
          <Choice label="what is plotted" value={shown} among={[['plain', 'log margin'], ['detrended', 'de-trended']] as const} choose={show} />
          <SaveCsv name="margin.csv" rows={() => [['x', 'log_n_lo', 'min_log_margin'], ...points.map((point) => [point.x, point.log_n_lo, point.min_log_margin])]} />
        </>
      }
    >
      {points.length < 2 ? (
        <Empty error={error}>
          {words === undefined
            ? <>Only searches of strategy {drawn.map((one) => one.strategy).join(' or ')} certify a margin: {drawn[0] && <Example of={drawn[0]} />}, then choose it above.</>
            : <>It appears with the first audited blocks. If it does not, see that robin-auditor runs.</>}
        </Empty>
      ) : (
        <>
          <p class="note">
            The margin is {typeset(words?.margin ?? '')} at its least in each block; {typeset(words?.inequality ?? '')} fails where it is negative. Under the Riemann Hypothesis it
            falls like 1/(√log n · log log n), {shown === 'plain' ? 'nearly a straight line of slope −½ here' : 'which is taken away here: what is left should stay near 0'}.
            {bounds !== null && <> The dashed line is the horizon’s bound: no margin is below it, given theorems of others that the search does without.</>}
            {last && <> Now ≥ {Number(last.min_log_margin).toExponential(6)} at x = {position(last.x)}.</>}
          </p>
          <Chart
            title={`log margin against log log n, ${points.length} points`}
            theme={theme}
            height={320}
            data={columns}
            x={{ label: 'log log n', value: (_, i) => `${points[i]?.log_log_n.toFixed(4)} (x = ${position(points[i]?.x ?? '')})`, ticks: (value) => String(value) }}
            y={{ label: shown === 'plain' ? 'margin' : 'log margin − its trend', ticks: shown === 'plain' ? power : (value) => value.toPrecision(3) }}
            lines={[
              { label: shown === 'plain' ? 'certified by the search: the margin is at least' : 'certified by the search, de-trended', color: '--blue', value: marginText },
              ...(bounds === null ? [] : [{ label: 'the horizon’s bound, given theorems of others', color: '--orange', dash: [8, 5], value: marginText }])
            ]}
          />
        </>
      )}
    </Card>
  )
}

type Placed = Finding & { log_n: number }
/// One that is too long to be read has no place in a plot.
const isPlaced = (one: Finding): one is Placed => one.log_n !== null

const findingRows = (findings: Finding[]): (string | number | null)[][] => [
  ['rank', 'n', 'factorization', 'ratio_lo', 'ratio_hi', 'log_n', 'known_exception', 'search', 'block', 'found_at'],
  ...findings.map((one, i) => [i + 1, one.n, one.factorization, one.ratio_lo, one.ratio_hi, one.log_n, String(one.known_exception), one.search, one.block, one.found_at])
]

/// The best findings of all searches, which two cards show.
export const useRecords = (): Polled<List<Finding>> => usePolled<List<Finding>>('records?top=1000', 10)

type OfRecords = { records: Polled<List<Finding>> }

export function Witnesses({ strategies, threshold, theme, records: { data, error } }: { threshold: number; theme: string } & OfRecords & WithStrategies) {
  const keeps = strategies.filter((one) => one.plot === 'witnesses').at(-1)
  const shown = useMemo(() => (data?.items ?? []).filter(isPlaced).filter((one) => one.log_n > 0).sort((a, b) => a.log_n - b.log_n), [data])
  const columns = useMemo<uPlot.AlignedData>(() => {
    const ratio = (one: Finding) => Number(one.ratio_lo)
    let best = -Infinity
    return [
      shown.map((one) => one.log_n),
      shown.map((one) => (one.known_exception ? null : ratio(one))),
      shown.map((one) => (one.known_exception ? ratio(one) : null)),
      shown.map((one) => (one.known_exception ? null : (best = Math.max(best, ratio(one))))) as (number | null)[],
      shown.map(() => eToGamma),
      shown.map(() => threshold)
    ]
  }, [shown, threshold])
  const name = (i: number) => (shown[i]?.factorization.length ?? 0) > 40 ? shown[i]!.factorization.slice(0, 40) + '…' : (shown[i]?.factorization ?? '')
  const low = Math.min(Math.max(threshold, 1.7), 1.77)
  return (
    <Card title="Witnesses: is the line crossed?" id="witnesses" size="half">
      {shown.length < 2 ? (
        <Empty error={error}>
          No number was kept yet: searches keep those with σ(n)/(n log log n) ≥ {threshold}. {keeps && <>Try <Example of={keeps} />.</>}
        </Empty>
      ) : (
        <>
          <p class="note">The best {whole(shown.length)} by ratio. A counterexample is a full dot above e<sup>γ</sup>; hollow ones are among the 27 known exceptions n ≤ 5040, of which most lie above this frame.</p>
          <Chart
            title={`ratio against log n of ${shown.length} witnesses, with e to the gamma`}
            theme={theme}
            height={300}
            data={columns}
            x={{ label: 'log n', value: (value, i) => `${value.toFixed(2)}: n = ${name(i)}` }}
            y={{ label: 'σ(n) / (n log log n)', range: [low - 0.001, eToGamma + 0.004], ticks: (value) => value.toFixed(3) }}
            lines={[
              { label: 'witness', color: '--blue', dots: 'full', value: (value) => value.toFixed(9) },
              { label: 'known exception', color: '--faint', dots: 'hollow', value: (value) => value.toFixed(6) },
              { label: 'best so far', color: '--green', value: (value) => value.toFixed(9) },
              { label: 'e^γ', color: '--red', dash: [8, 5], value: (value) => value.toFixed(9) },
              { label: 'kept from', color: '--orange', dash: [2, 4], value: (value) => String(value) }
            ]}
          />
        </>
      )}
    </Card>
  )
}

export function Records({ inUtc, records: { data, error } }: { inUtc: boolean } & OfRecords) {
  // The same n may be found by several searches.
  const found = (data?.items ?? []).filter(isPlaced).filter((one, i, all) => one.log_n > log5040 && all.findIndex((other) => other.factorization === one.factorization) === i).slice(0, 20)
  return (
    <Card title="Closest approaches" id="records" size="half" right={found.length > 0 && <SaveCsv name="records.csv" rows={() => findingRows(found)} />}>
      {found.length === 0 ? (
        <Empty error={error}>No number above 5040 was kept yet. Searches keep those whose ratio reaches their threshold ({defaultThreshold} if none is given).</Empty>
      ) : (
        <>
          <p class="note">Exponents by colour: <span class="f1">1</span>, <span class="f2">2</span>, <span class="f3">3</span>, <span class="f4">4</span>, <span class="f5">5 and more</span>. e<sup>γ</sup> = 1.78107241799…</p>
          <div class="table" tabIndex={0} role="region" aria-label="closest approaches" style={{ maxHeight: '21rem', overflowY: 'auto' }}>
            <table>
              <thead>
                <tr><th class="number">#</th><th>ratio</th><th>n</th><th class="number">log n</th><th>found</th></tr>
              </thead>
              <tbody>
                {found.map((one, i) => (
                  <tr key={one.factorization}>
                    <td class="number">{i + 1}</td>
                    <td class="ratio" title={`[${one.ratio_lo}, ${one.ratio_hi}]`}>{enclosure(one.ratio_lo, one.ratio_hi)}</td>
                    <td><Factors text={one.factorization} /></td>
                    <td class="number">{one.log_n.toFixed(2)}</td>
                    <td class="note"><Moment at={one.found_at} inUtc={inUtc} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Card>
  )
}

const spans = [[60, '1 h'], [1440, '24 h'], [10080, '7 d'], [43200, '30 d']] as const

export function QueueDepths({ theme }: { theme: string }) {
  const [minutes, setMinutes] = useState<number>(60)
  const { data, error } = usePolled<List<QueueHistory>>(`queues/history?minutes=${minutes}`, 10)
  const columns = useMemo<uPlot.AlignedData | null>(() => {
    const now = Date.now() / 1000
    const queues = ['robin.blocks', 'robin.results'].map((name) => data?.items.find((one) => one.name === name)?.points ?? [])
    // One time for all queues: they are sampled together.
    const width = Math.max(10, (60 * minutes) / 120)
    const times = [...new Set(queues.flatMap((points) => points.map((point) => Math.round(point.age_seconds / width))))].sort((a, b) => b - a)
    if (times.length < 2) {
      return null
    }
    const column = (points: QueueHistory['points'], key: 'ready' | 'unacked') => {
      const at = new Map(points.map((point) => [Math.round(point.age_seconds / width), point[key]]))
      return times.map((time) => at.get(time) ?? null)
    }
    return [times.map((time) => now - time * width), column(queues[0]!, 'ready'), column(queues[0]!, 'unacked'), column(queues[1]!, 'ready')]
  }, [data])
  return (
    <Card title="Queue depth over time" id="queues" size="half" right={<Choice label="how far back" value={minutes} among={spans} choose={setMinutes} />}>
      {columns === null ? (
        <Empty error={error}>The gateway samples the depth of the queues once a minute, if it may ask RabbitMQ (<code>ROBIN_MANAGEMENT_URL</code>). The plot appears with the second sample.</Empty>
      ) : (
        <Chart
          title="messages in the queues over time"
          theme={theme}
          data={columns}
          x={{ label: 'time', time: true, value: (value) => new Date(1000 * value).toLocaleTimeString() }}
          y={{ label: 'messages', fromZero: true, ticks: (value) => withUnit(value) }}
          lines={[
            { label: 'robin.blocks ready', color: '--blue', fill: true },
            { label: 'robin.blocks unacked', color: '--orange' },
            { label: 'robin.results ready', color: '--purple', dash: [6, 4] }
          ]}
        />
      )}
    </Card>
  )
}

export function Throughput({ search, theme }: OfSearch) {
  const [minutes, setMinutes] = useState<number>(60)
  const { data, error } = usePolled<List<Pace>>(search && `searches/${search.id}/pace?minutes=${minutes}`, 10)
  const columns = useMemo<uPlot.AlignedData | null>(() => {
    const items = data?.items ?? []
    if (items.length < 2) {
      return null
    }
    const width = Math.max(10, (60 * minutes) / 120)
    const now = Date.now() / 1000
    // Stretches in which nothing finished are left out of the answer: they are zeros here.
    const by = new Map(items.map((one) => [Math.round(one.age_seconds / width), one.blocks]))
    const oldest = Math.max(...by.keys())
    const times = Array.from({ length: oldest }, (_, i) => oldest - i)
    return [times.map((time) => now - time * width), times.map((time) => (by.get(time) ?? 0) / width)]
  }, [data])
  return (
    <Card title="Throughput" id="throughput" size="half" right={<Choice label="how far back" value={minutes} among={spans} choose={setMinutes} />}>
      {columns === null ? (
        <Empty error={error}>{search === null ? 'How many blocks finish a second. It appears with the first search.' : `No block of search ${search.id} finished in this time.`}</Empty>
      ) : (
        <Chart
          title="blocks finished a second over time"
          theme={theme}
          data={columns}
          x={{ label: 'time', time: true, value: (value) => new Date(1000 * value).toLocaleTimeString() }}
          y={{ label: 'blocks / s', fromZero: true, ticks: (value) => withUnit(value) }}
          lines={[{ label: 'blocks finished a second', color: '--green', fill: true, value: (value) => value.toPrecision(3) }]}
        />
      )}
    </Card>
  )
}

export function BlockDurations({ search, theme }: OfSearch) {
  const { data, error } = usePolled<Durations>(search && `searches/${search.id}/durations?blocks=1000`, 10)
  const columns = useMemo<uPlot.AlignedData | null>(() => {
    const classes = data?.classes ?? []
    return classes.length === 0 ? null : [classes.map((one) => one.from), classes.map((one) => one.blocks)]
  }, [data])
  return (
    <Card title="Block durations" id="durations" size="half">
      {columns === null || data === null || data.p50 === null ? (
        <Empty error={error}>{search === null ? 'How long blocks take. It appears with the first search.' : `No block of search ${search.id} is finished yet.`}</Empty>
      ) : (
        <>
          <p class="note">
            The last {whole(data.count)} blocks: half took under {duration(data.p50)}, 95 % under {duration(data.p95!)}, the longest {duration(data.max!)}. RabbitMQ takes a block
            back after its ack timeout (30 min unless set).
          </p>
          <Chart
            title="how many blocks took how long"
            theme={theme}
            height={230}
            bars
            data={columns}
            x={{ label: 'seconds to compute', log: true, value: (_, i) => `${duration(data.classes[i]?.from ?? 0)} to ${duration(data.classes[i]?.to ?? 0)}`, ticks: (value) => duration(value) }}
            y={{ label: 'blocks', fromZero: true, ticks: (value) => withUnit(value) }}
            lines={[{ label: 'blocks', color: '--sky' }]}
          />
        </>
      )}
    </Card>
  )
}
