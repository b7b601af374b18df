// Small pieces that several cards share.

import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { csv, factors, utc } from './format'
import type { StrategyWords } from './types'

interface CardProps {
  title: string
  id: string
  size?: 'half' | 'third' | 'two-thirds'
  right?: ComponentChildren
  children: ComponentChildren
}

export function Card({ title, id, size, right, children }: CardProps) {
  return (
    <section class={`card ${size ?? ''}`} id={id} aria-labelledby={`${id}-title`}>
      <div class="head">
        <h2 id={`${id}-title`}>{title}</h2>
        {right !== undefined && <div class="right">{right}</div>}
      </div>
      {children}
    </section>
  )
}

/// How to begin such a search.
export const Example = ({ of }: { of: StrategyWords }) => <code>robin submit --strategy {of.strategy} --begin {of.begin} --end {of.example_end}</code>

/// What to show until there is something, and why there may be nothing.
export function Empty({ error, children }: { error?: string | null; children: ComponentChildren }) {
  return <p class="empty">{error ? `This cannot be shown now: ${error}. It is asked for again.` : children}</p>
}

/// Exponents by colour as well as by number: the shape of n at a glance.
export function Factors({ text }: { text: string }) {
  const shown = factors(text)
  return (
    <span class="factors" title={text}>
      {shown.map(({ base, exponent, last }, place) => (
        <span key={base} class={`f f${Math.min(exponent, 5)}`}>
          {place > 0 && ' · '}
          {base}
          {last !== null && ` … ${last}`}
          {exponent > 1 && <sup>{exponent}</sup>}
        </span>
      ))}
    </span>
  )
}

/// How long ago, or the time itself: as the reader chose for the whole page.
export function Moment({ at, inUtc }: { at: string | null; inUtc: boolean }) {
  if (at === null) {
    return <>—</>
  }
  const seconds = (Date.now() - Date.parse(at)) / 1000
  const ago =
    seconds < 1 ? 'now'
    : seconds < 100 ? `${seconds.toFixed(0)} s ago`
    : seconds < 6000 ? `${(seconds / 60).toFixed(0)} min ago`
    : seconds < 172800 ? `${(seconds / 3600).toFixed(0)} h ago`
    : `${(seconds / 86400).toFixed(0)} days ago`
  return (
    <time dateTime={at} title={utc(at)}>
      {inUtc ? utc(at) : ago}
    </time>
  )
}

export function SaveCsv({ name, rows }: { name: string; rows: () => (string | number | null)[][] }) {
  const save = () => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([csv(rows())], { type: 'text/csv' }))
    link.download = name
    link.click()
    window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  }
  return <button class="small" onClick={save}>CSV</button>
}

export function Choice<Value extends string | number>(props: {
  label: string
  value: Value
  among: readonly (readonly [Value, string])[]
  choose: (value: Value) => void
}) {
  return (
    <span role="group" aria-label={props.label}>
      {props.among.map(([value, text]) => (
        <button key={String(value)} class="small toggle" aria-pressed={value === props.value} onClick={() => props.choose(value)}>
          {text}
        </button>
      ))}
    </span>
  )
}

/// Something kept in this browser only.
export function useKept(key: string, initial: string, storage: Storage): [string, (value: string) => void] {
  const [value, setValue] = useState(() => storage.getItem(key) ?? initial)
  const keep = (next: string) => {
    if (next === '') {
      storage.removeItem(key)
    } else {
      storage.setItem(key, next)
    }
    setValue(next)
  }
  return [value, keep]
}
