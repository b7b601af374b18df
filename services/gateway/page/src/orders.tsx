// Orders: whoever gives one without the token is asked for it, then the order goes on. What came of it is said in words.

import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { order, Refusal } from './api'
import { useKept } from './parts'

export interface Orders {
  /// Says what came of it, or throws nothing: what went wrong is said, too.
  give: (path: string, body: unknown, done: (answer: unknown) => string) => Promise<void>
  token: string
  forget: () => void
  dialog: RefObject<HTMLDialogElement>
  enter: (token: string | null) => void
}

export interface Said {
  text: string
  bad: boolean
}

export function useOrders(): Orders & { said: Said | null; hush: () => void } {
  const [token, setToken] = useKept('robin-token', '', window.sessionStorage)
  const [said, setSaid] = useState<Said | null>(null)
  const dialog = useRef<HTMLDialogElement>(null)
  const waiting = useRef<((token: string | null) => void) | null>(null)

  const ask = () =>
    new Promise<string | null>((resolve) => {
      waiting.current = resolve
      dialog.current?.showModal()
    })

  const give: Orders['give'] = async (path, body, done) => {
    const used = token || (await ask())
    if (used === null || used === '') {
      return
    }
    try {
      const answer = await order(path, body, used)
      setToken(used)
      setSaid({ text: done(answer), bad: false })
    } catch (error) {
      if (error instanceof Refusal && (error.status === 401 || error.status === 403)) {
        setToken('')
      }
      setSaid({ text: error instanceof Refusal ? error.message : 'the gateway cannot be reached, so it is not known whether it has the order: look below, then give it again', bad: true })
    }
  }
  const enter = (entered: string | null) => {
    dialog.current?.close()
    waiting.current?.(entered)
    waiting.current = null
  }
  return { give, token, forget: () => setToken(''), dialog, enter, said, hush: () => setSaid(null) }
}

export function TokenDialog({ dialog, enter }: Pick<Orders, 'dialog' | 'enter'>) {
  const [typed, setTyped] = useState('')
  const finish = (token: string | null) => {
    setTyped('')
    enter(token)
  }
  return (
    <dialog ref={dialog} aria-labelledby="token-title" onCancel={() => finish(null)}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          finish(typed.trim())
        }}
      >
        <h2 id="token-title">Orders need the gateway’s token</h2>
        <p class="note">
          Whoever started the gateway has it: it is in the file that <code>ROBIN_ADMIN_TOKEN_FILE</code> names. This tab keeps it until it is closed.
        </p>
        <input type="password" autocomplete="off" aria-label="token" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} required />
        <div class="choices">
          <button type="button" onClick={() => finish(null)}>Cancel</button>
          <button type="submit" class="main">Go on</button>
        </div>
      </form>
    </dialog>
  )
}

export interface Question {
  title: string
  text: string
  yes: string
  /// What takes the question back, where "Cancel" would be misunderstood.
  no?: string
  /// Asks for a reason in a line of text.
  wantsReason: boolean
  /// Asks for a whole number as well.
  number?: { label: string; value: number; min: number; max: number }
  answer: (reason: string, number: number) => void
}

/// What is asked begins anew with each question.
function Asked({ question, close }: { question: Question; close: () => void }) {
  const [reason, setReason] = useState('')
  const [number, setNumber] = useState(String(question.number?.value ?? ''))
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        question.answer(reason.trim(), Number(number))
        close()
      }}
    >
      <h2 id="question-title">{question.title}</h2>
      <p>{question.text}</p>
      {question.number !== undefined && (
        <label class="number-field">
          {question.number.label}
          <input type="number" min={question.number.min} max={question.number.max} step={1} required value={number} onInput={(event) => setNumber(event.currentTarget.value)} />
        </label>
      )}
      {question.wantsReason && (
        <input aria-label="reason" placeholder="reason, for the record" maxLength={200} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
      )}
      <div class="choices">
        <button type="button" onClick={close}>{question.no ?? 'Cancel'}</button>
        <button type="submit" class="main">{question.yes}</button>
      </div>
    </form>
  )
}

/// A question before something that others notice.
export function Confirmation({ question, close }: { question: Question | null; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (question !== null) {
      dialog.current?.showModal()
    } else {
      dialog.current?.close()
    }
  }, [question])
  return (
    <dialog ref={dialog} aria-labelledby="question-title" onCancel={close}>
      {question !== null && <Asked question={question} close={close} />}
    </dialog>
  )
}
