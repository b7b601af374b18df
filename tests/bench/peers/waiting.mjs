// Waits on a condition, with a deadline.

import { setTimeout as pause } from 'node:timers/promises'

/// Looks every `interval` ms until `condition` holds; an error that says `what` did not after `patience` ms, also where the
/// condition itself does not answer.
export async function until(what, patience, condition, interval = 20) {
  const late = new AbortController()
  const impatient = pause(patience, 'late', { signal: late.signal })
  try {
    for (;;) {
      const held = await Promise.race([condition(), impatient])
      if (held === 'late') throw new Error(`not within ${patience / 1000} s: ${what}`)
      if (held) return
      await pause(interval)
    }
  } finally {
    late.abort()
    impatient.catch(() => {})
  }
}
