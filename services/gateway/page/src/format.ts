// Numbers, times and factorisations as people read them.

import type { Wide } from './types'

const units = ['', ' k', ' M', ' G', ' T', ' P', ' E']

/// 1234567 as "1.23 M".
export function withUnit(value: number): string {
  let unit = 0
  while (Math.abs(value) >= 1000 && unit + 1 < units.length) {
    value /= 1000
    ++unit
  }
  const digits = unit === 0 && Number.isInteger(value) ? 0 : Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0
  return value.toFixed(digits) + units[unit]
}

/// Exact, in groups of three; from 16 digits on as a power of ten, for nobody reads those.
export function whole(value: Wide): string {
  const text = String(value)
  if (!/^\d+$/.test(text)) {
    return text
  }
  if (text.length > 15) {
    return `${text[0]}.${text.slice(1, 4)}e${text.length - 1}`
  }
  return text.replace(/\B(?=(\d{3})+$)/g, '\u202f')
}

/// A position: 1000000 as 1e6, others as whole().
export function position(text: string): string {
  const power = /^([1-9]\d{0,2}?)(0{6,})$/.exec(text)
  return power ? `${power[1] === '1' ? '' : power[1] + '·'}10${superscript(power[2]!.length)}` : whole(text)
}

const raised = '⁰¹²³⁴⁵⁶⁷⁸⁹'
export function superscript(value: number): string {
  return String(value).replace(/\d/g, (digit) => raised[Number(digit)]!).replace('-', '⁻')
}

export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 0.001) {
    return `${(1e6 * seconds).toFixed(0)} µs`
  }
  if (seconds > 0 && seconds < 1) {
    return `${(1e3 * seconds).toPrecision(3)} ms`
  }
  if (seconds < 100) {
    return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  }
  const minutes = seconds / 60
  if (minutes < 100) {
    return `${minutes.toFixed(0)} min`
  }
  const hours = minutes / 60
  if (hours < 48) {
    return `${hours.toFixed(hours < 10 ? 1 : 0)} h`
  }
  const days = hours / 24
  return days < 1000 ? `${days.toFixed(0)} days` : `${withUnit(days / 365.25)} years`
}

/// 0.99997 is not 100 %.
export function percent(share: number): string {
  const value = 100 * share
  const digits = value > 0 && value < 1 ? 2 : value > 99 && value < 100 ? 2 : value < 10 && value > 0 ? 1 : 0
  return `${(Math.floor(value * 10 ** digits) / 10 ** digits).toFixed(digits)} %`
}

export const utc = (at: string): string => at.replace('T', ' ').replace(/\.\d+/, '').replace(/(Z|\+00:00)$/, ' UTC')

/// The digits that both ends of an enclosure share, and three more at most.
export function enclosure(lo: string, hi: string): string {
  let same = 0
  while (same < lo.length && lo[same] === hi[same]) {
    ++same
  }
  return same < 4 ? lo.slice(0, 10) : `${lo.slice(0, Math.min(same, 14))}…`
}

export interface Factor {
  base: string
  exponent: number
  /// All primes from base to here, each with that exponent.
  last: string | null
}

export function factors(text: string): Factor[] {
  return text.split('*').map((part) => {
    const match = /^(\d+)(?:\.\.(\d+))?(?:\^(\d+))?$/.exec(part)
    return match
      ? { base: match[1]!, last: match[2] ?? null, exponent: match[3] === undefined ? 1 : Number(match[3]) }
      : { base: part, last: null, exponent: 1 }
  })
}

export function csv(rows: (string | number | null)[][]): string {
  const cell = (value: string | number | null) => {
    const text = value === null ? '' : String(value)
    return /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text
  }
  return rows.map((row) => row.map(cell).join(',') + '\n').join('')
}

/// Words of a strategy, or a sentence to quote, as they are printed in books.
export const typeset = (text: string): string =>
  text.replaceAll('<=', '≤').replace('log10 log10', 'log₁₀ log₁₀').replace(/\.\.\.$/, '…').replace("'", '’').replaceAll('e^gamma', 'e^γ').replaceAll('sigma(', 'σ(').replaceAll('phi(', 'φ(').replaceAll(' - ', ' − ')
