// Asks the gateway: lists by polling with ETags, paused while nobody looks; orders with the token.

import { useEffect, useRef, useState } from 'preact/hooks'

const base = 'api/v1/'

/// What the gateway says is wrong, in its own words.
export class Refusal extends Error {
  constructor(readonly status: number, message: string) {
    super(message)
  }
}

async function read(response: Response): Promise<unknown> {
  const body: unknown = await response.json().catch(() => null)
  if (response.ok) {
    return body
  }
  const detail = body !== null && typeof body === 'object' && 'detail' in body ? String(body.detail) : ''
  throw new Refusal(response.status, detail || `the gateway answers with status ${response.status}`)
}

/// Asks once.
export async function ask<Data>(path: string): Promise<Data> {
  return (await read(await fetch(base + path, { cache: 'no-store' }))) as Data
}

export async function order(path: string, body: unknown, token: string): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }
  return read(await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) }))
}

export interface Polled<Data> {
  data: Data | null
  /// When the gateway was heard of last, whether or not anything had changed.
  heard: number | null
  /// Asks that failed since then, and what the last one said.
  misses: number
  error: string | null
  again: () => void
}

/// `path` null: nothing is asked. What was known stays while the gateway is out of reach.
export function usePolled<Data>(path: string | null, seconds: number): Polled<Data> {
  const [state, setState] = useState<Omit<Polled<Data>, 'again'>>({ data: null, heard: null, misses: 0, error: null })
  const [turn, setTurn] = useState(0)
  const etag = useRef<{ path: string; tag: string } | null>(null)

  useEffect(() => {
    if (path === null) {
      // Without what it belongs to, the answer "unchanged" would leave nothing to show.
      etag.current = null
      setState({ data: null, heard: null, misses: 0, error: null })
      return
    }
    const stop = new AbortController()
    let timer = 0
    const ask = async () => {
      try {
        const known = etag.current?.path === path ? etag.current.tag : null
        const headers: Record<string, string> = known === null ? {} : { 'If-None-Match': known }
        const response = await fetch(base + path, { headers, signal: stop.signal, cache: 'no-store' })
        const now = Date.now()
        if (response.status === 304) {
          setState((before) => ({ ...before, heard: now, misses: 0, error: null }))
        } else {
          const data = (await read(response)) as Data
          const tag = response.headers.get('ETag')
          etag.current = tag === null ? null : { path, tag }
          setState({ data, heard: now, misses: 0, error: null })
        }
      } catch (error) {
        if (!stop.signal.aborted) {
          const message = error instanceof Refusal ? error.message : 'the gateway cannot be reached'
          setState((before) => ({ ...before, misses: before.misses + 1, error: message }))
        }
      }
      next()
    }
    const next = () => {
      window.clearTimeout(timer)
      if (!stop.signal.aborted && !document.hidden) {
        timer = window.setTimeout(() => void ask(), 1000 * seconds)
      }
    }
    const seen = () => {
      window.clearTimeout(timer)
      if (!document.hidden) {
        void ask()
      }
    }
    document.addEventListener('visibilitychange', seen)
    void ask()
    return () => {
      stop.abort()
      window.clearTimeout(timer)
      document.removeEventListener('visibilitychange', seen)
    }
  }, [path, seconds, turn])

  return { ...state, again: () => setTurn((before) => before + 1) }
}
