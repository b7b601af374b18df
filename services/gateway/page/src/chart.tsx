// A plot that fills its place, follows the theme, and never shows a colour without a word beside it (uPlot's legend).

import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef } from 'preact/hooks'

export interface Line {
  label: string
  /// The name of a CSS variable.
  color: string
  fill?: boolean
  dash?: number[]
  /// Dots in place of a line; hollow ones are outlined only.
  dots?: 'full' | 'hollow'
  value?: (value: number, index: number) => string
}

interface ChartProps {
  /// What it shows, for those who do not see it.
  title: string
  data: uPlot.AlignedData
  lines: Line[]
  x: { label: string; time?: boolean; log?: boolean; value?: (value: number, index: number) => string; ticks?: (value: number) => string }
  y: { label: string; range?: [number, number]; fromZero?: boolean; ticks?: (value: number) => string }
  height?: number
  bars?: boolean
  theme: string
}

const color = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

function options(props: ChartProps, width: number): uPlot.Options {
  const grid = { stroke: color('--grid'), width: 1 }
  const axis = { stroke: color('--faint'), grid, ticks: grid, font: '12px system-ui, sans-serif', labelFont: '12px system-ui, sans-serif' }
  const series: uPlot.Series[] = props.lines.map((line) => {
    const stroke = color(line.color)
    const show: uPlot.Series = {
      label: line.label,
      stroke,
      width: 2,
      spanGaps: true,
      value: (_, value, __, index) => (value == null || index == null ? '—' : (line.value?.(value, index) ?? String(value)))
    }
    if (line.fill) {
      show.fill = stroke + '33'
    }
    if (line.dash) {
      show.dash = line.dash
      show.width = 1.5
      show.points = { show: false }
    }
    if (line.dots) {
      show.paths = () => null
      show.points = { show: true, size: 6, width: 1.5, stroke, fill: line.dots === 'full' ? stroke : 'transparent' }
    }
    if (props.bars) {
      show.paths = uPlot.paths.bars!({ size: [0.9, 80], align: 1 })
      show.points = { show: false }
      show.fill = stroke + '99'
      show.width = 1
    }
    return show
  })
  const ticks = (format: ((value: number) => string) | undefined) =>
    format ? { values: (_: uPlot, values: (number | null)[]) => values.map((value) => (value === null ? '' : format(value))) } : {}
  return {
    width,
    height: props.height ?? 260,
    cursor: { drag: { x: true, y: false }, points: { size: 7 } },
    scales: {
      x: { time: props.x.time ?? false, distr: props.x.log ? 3 : 1 },
      y: props.y.range ? { range: props.y.range } : props.y.fromZero ? { range: (_, __, max) => [0, max > 0 ? 1.08 * max : 1] } : {}
    },
    axes: [
      { ...axis, label: props.x.label, labelSize: 22, size: 34, ...ticks(props.x.ticks) },
      { ...axis, label: props.y.label, labelSize: 22, size: 58, ...ticks(props.y.ticks) }
    ],
    series: [
      { label: props.x.label, value: (_, value, __, index) => (value == null || index == null ? '—' : (props.x.value?.(value, index) ?? String(value))) },
      ...series
    ]
  }
}

export function Chart(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const shape = JSON.stringify([props.lines.map(({ label, color, dots }) => [label, color, dots]), props.x.label, props.y.label, props.y.range, props.theme])

  useEffect(() => {
    const element = place.current!
    plot.current = new uPlot(options(props, element.clientWidth), props.data, element)
    const watch = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: props.height ?? 260 }))
    watch.observe(element)
    return () => {
      watch.disconnect()
      plot.current?.destroy()
      plot.current = null
    }
  }, [shape])

  useEffect(() => {
    plot.current?.setData(props.data)
  }, [props.data])

  return <div class="chart" ref={place} role="img" aria-label={props.title} />
}
