// node table.mjs FILE: the lines of turn.mjs as a table in Markdown. Of jobs one alone those of all repetitions together, of all else the
// median.

import { readFileSync } from 'node:fs'

const turns = readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))
const sorted = (values) => [...values].sort((a, b) => a - b)
const quantile = (values, share) => sorted(values)[Math.min(values.length, Math.ceil(share * values.length)) - 1]
const median = (values) => quantile(values, 0.5)

console.log('| | jobs/s (least to most) | one alone, ms: median, 99 % | CPU ms for each job | bytes on disk for each job | durable when |')
console.log('|---|---|---|---|---|---|')
for (const [name, all] of Map.groupBy(turns, (turn) => turn.name)) {
  const of = (figure) => all.map(figure)
  const rates = sorted(of(({ jobs, seconds }) => jobs / seconds))
  const alone = all.flatMap((turn) => turn.alone)
  const bytes = of((turn) => turn.bytes / turn.jobs).filter(Number.isFinite)
  const cells = [
    `${name === 'robin' ? `**${all[0].title}**` : all[0].title}; ${all[0].jobs} jobs`,
    `${median(rates).toFixed(0)} (${rates[0].toFixed(0)} to ${rates.at(-1).toFixed(0)})`,
    `${median(alone).toFixed(1)}, ${quantile(alone, 0.99).toFixed(1)}`,
    median(of((turn) => (1000 * turn.cpuSeconds) / turn.jobs)).toFixed(3),
    bytes.length > 0 ? median(bytes).toFixed(0) : '-',
    all[0].durable,
  ]
  console.log(`| ${cells.join(' | ')} |`)
}
