// What people do on the dashboard, in Debian's Chromium against a real cluster: node page_test.mjs STEP..., with ROBIN_PAGE
// (the gateway's address), ROBIN_TOKEN and ROBIN_SHOTS (a folder for screenshots) in the environment. Any word on the
// browser's console that is an error fails the step. Waits are for conditions.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const { ROBIN_PAGE: url, ROBIN_TOKEN: token, ROBIN_SHOTS: shots, ROBIN_CHROMIUM: executablePath = '/usr/bin/chromium' } = process.env
// Less than that of the test which starts this.
const patience = 30_000

const complaints = []
let browser

async function open(viewport = { width: 1320, height: 900 }) {
  const page = await browser.newPage({ viewport, reducedMotion: 'reduce' })
  page.setDefaultTimeout(patience)
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.addInitScript(() => window.localStorage.setItem('robin-refresh', '1'))
  await page.goto(url)
  await page.waitForSelector('#verdict')
  return page
}

/// Waits until look() says yes to what the page shows.
const until = (page, look, argument) => page.waitForFunction(look, argument, { polling: 100, timeout: patience })

async function giveToken(page, given = token) {
  await page.getByLabel('token', { exact: true }).fill(given)
  await page.getByRole('button', { name: 'Go on' }).click()
}

async function submit(page, strategy, end, threshold, { share = '', paused = false } = {}) {
  await page.locator('#submit select').selectOption(strategy)
  await page.locator('#submit input[name=end]').fill(end)
  await page.locator('#submit input[name=threshold]').fill(threshold ?? '')
  await page.locator('#submit input[name=share]').fill(share)
  await page.locator('#submit input[name=paused]').setChecked(paused)
  await page.getByRole('button', { name: 'Submit', exact: true }).click()
}

const said = (page, words) => until(page, (words) => document.querySelector('#said')?.textContent?.includes(words), words)

/// Everything is asked again at once, as for somebody who comes back to the tab.
const comeBack = (page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))

/// What the API says, beside what the page shows.
const asked = async (page, path) => (await page.request.get(`${url}api/v1/${path}`)).json()

/// What the page shows of a search, when that matches `words`.
async function row(page, id, state, words = /./) {
  const shown = () => page.locator(`[data-search="${id}"]`).innerText()
  const look = ([id, state, words]) => new RegExp(words).test(document.querySelector(`[data-search="${id}"][data-state=${state}]`)?.innerText ?? '')
  await until(page, look, [id, state, words.source]).catch(async () => assert.fail(`search ${id} is ${state} and says ${words}: ${await shown()}`))
  return shown()
}

/// A screenshot of one card, on a desk and on a phone; nothing sticks out of either.
async function shootCard(page, card, name) {
  for (const [suffix, width] of [['', 1320], ['-phone', 360]]) {
    await page.setViewportSize({ width, height: 900 })
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    await fits(page)
    await page.locator(card).screenshot({ path: join(shots, `${name}${suffix}.png`) })
  }
  await page.setViewportSize({ width: 1320, height: 900 })
}

/// A drain ends with nothing in flight, before the search does.
async function stopsOnTheWay(page) {
  await page.waitForSelector('[data-drain=DRAINED]')
  await until(page, () => document.querySelector('#drain .note')?.textContent?.startsWith('0 blocks'))
  const share = await page.locator('[data-search="1"] [role=progressbar]').getAttribute('aria-valuenow')
  assert.ok(Number(share) < 100, 'the drain stopped it on the way')
}

/// Nothing sticks out at the side: the page does not scroll that way.
async function fits(page) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
  assert.ok(content <= window, `the page is ${content} wide in a window of ${window}`)
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/// What the rules of WCAG, levels A and AA, have against the page, or a part of it, as it is now. What axe-core cannot decide counts as
/// well, but for what is scrolled out of sight.
async function objections(page, part) {
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(axe)
  }
  const { violations, incomplete, passes } = await page.evaluate((part) => {
    // Its own words for what is AA, and symbols and single digits are text as well.
    const contrastRatio = { normal: { expected: 4.5 }, large: { expected: 3 } }
    const options = { contrastRatio, boldValue: 700, boldTextPt: 14, largeTextPt: 18, pseudoSizeThreshold: 0.25, ignorePseudo: false, ignoreUnicode: false, ignoreLength: true }
    window.axe.configure({ checks: [{ id: 'color-contrast', options }] })
    for (const list of document.querySelectorAll('.table, .events')) {
      list.style.maxHeight = 'none'
    }
    return window.axe.run(part, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], rules: { 'target-size': { enabled: true } } })
  }, part)
  assert.ok(passes.some((rule) => rule.id === 'color-contrast' && rule.nodes.length > 0), 'it looked at the text')
  const isOutOfSight = (node) => node.any.some((check) => check.data?.messageKey === 'elmPartiallyObscured')
  return [...violations, ...incomplete].flatMap((rule) => rule.nodes.filter((node) => !isOutOfSight(node)).map((node) => `${rule.id}: ${node.target}: ${node.failureSummary}`))
}

/// Nobody is kept from reading and using the page, or a part of it, as it is now: in both colour schemes, on a desk and on a phone.
async function isForEverybody(page, state, part = 'html') {
  const before = page.viewportSize()
  const found = []
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme })
    await until(page, (wanted) => document.documentElement.dataset.theme === wanted, colorScheme)
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 900 })
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
      found.push(...(await objections(page, part)).map((one) => `${colorScheme}, ${width}: ${one}`))
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(before)
  assert.deepEqual(found, [], state)
}

let shown

/// All plots are drawn, in the colours asked for, and nothing sticks out: a screenshot of the upper part of the page, so high. A page
/// that is open already takes other colours while it is looked at.
async function shoot(name, width, height) {
  const colorScheme = name === 'dark' ? 'dark' : 'light'
  const page = (shown ??= await open({ width, height }))
  await page.setViewportSize({ width, height })
  await page.emulateMedia({ colorScheme })
  for (const card of ['#margin', '#witnesses', '#durations', '#queues']) {
    await page.locator(`${card} canvas`).waitFor()
  }
  await until(page, () => document.querySelector('#records tbody') !== null && document.querySelector('.tile') !== null)
  await page.locator('#horizon .given').waitFor()
  await until(page, (wanted) => document.documentElement.dataset.theme === wanted, colorScheme)
  // What is drawn again is there with the second frame from now.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
  await fits(page)
  await page.screenshot({ path: join(shots, `${name}.png`) })
}

const steps = {
  /// An empty cluster says what to do; a search is submitted, moves, ends, and the banner says what it proves.
  async submit() {
    const page = await open()
    // The services have just been started.
    await page.waitForSelector('#verdict[data-level=idle]')
    assert.match(await page.locator('#verdict').innerText(), /robin submit/)
    await isForEverybody(page, 'an empty fleet')
    await submit(page, 'colossally-abundant', '1e8')
    await giveToken(page, 'not the token')
    await said(page, 'not the gateway’s token'.replace('’', "'"))
    assert.equal(await page.locator('[data-search]').count(), 0)
    complaints.length = 0 // the browser reports the 403 itself
    await submit(page, 'colossally-abundant', '1e8')
    await giveToken(page)
    await said(page, 'Search 1 was submitted')
    await page.evaluate(() => {
      window.shares = new Set()
      window.setInterval(() => window.shares.add(Number(document.querySelector('[data-search="1"] [role=progressbar]')?.getAttribute('aria-valuenow') ?? 0)), 50)
    })
    await until(page, () => [...window.shares].filter((share) => share > 0 && share < 100).length >= 2)
    console.error('progress was seen to move')
    await submit(page, 'superabundant', '47:0')
    await said(page, 'Search 2 was submitted')
    await submit(page, 'exhaustive', '1e7', '1.7')
    await said(page, 'Search 3 was submitted')
    await submit(page, 'primorial', '1e8')
    await said(page, 'Search 4 was submitted')
    for (const id of [1, 2, 3, 4]) {
      await page.waitForSelector(`[data-search="${id}"][data-state=finished]`)
    }
    await until(page, () => /holds for every 5040 < n ≤ N/.test(document.querySelector('#verdict')?.textContent ?? ''))
    await until(page, () => document.querySelector('#verdict')?.getAttribute('data-level') === 'good')
    await comeBack(page)
    await until(page, () => (document.querySelector('#records tbody')?.children.length ?? 0) >= 10)
    await page.locator('#margin canvas').waitFor()
    await page.locator('#witnesses canvas').waitFor()
    // Each strategy speaks for itself.
    await until(page, () => /Nicolas’ inequality holds for every primorial up to N/.test(document.querySelector('#verdict')?.textContent ?? ''))
    await page.evaluate(() => void (window.location.hash = 'search=1'))
    await until(page, () => /Robin’s inequality fails/.test(document.querySelector('#margin')?.textContent ?? ''))
    // What is proved without any search stands apart from it, and below its margin.
    const shows = (element, words) => until(page, ([element, words]) => new RegExp(words).test(document.querySelector(element)?.textContent ?? ''), [element, words.source])
    await shows('#horizon', /Robin’s inequality holds for every 5040 < n ≤ 10\^\(10\^46\.4.*without any of these theorems.*Given:.*Platt, Trudgian 2021, theorem 1.*nobody has reviewed yet/)
    await shows('#verdict .beside', /Known without any search: Robin’s inequality.*given 5 theorems of others.*no search will meet a counterexample below/)
    await shows('#margin .u-legend', /certified by the search.*the horizon’s bound, given theorems of others/)
    await page.locator('#margin').screenshot({ path: join(shots, 'margin-plain.png') })
    await page.getByRole('button', { name: 'de-trended' }).click()
    await shows('#margin .u-legend', /de-trended.*the horizon’s bound/)
    await shootCard(page, '#margin', 'margin')
    await page.getByRole('button', { name: 'log margin' }).click()
    await shootCard(page, '#horizon', 'horizon')
    await shootCard(page, '#verdict', 'verdict')
    await page.evaluate(() => void (window.location.hash = 'search=4'))
    await until(page, () => /log\(n\/φ\(n\)\) − log\(e\^γ log log n\).*Nicolas’ inequality fails/.test(document.querySelector('#margin')?.textContent ?? ''))
    await page.locator('#margin canvas').waitFor()
    assert.doesNotMatch(await page.locator('#margin').innerText(), /horizon/, 'that is another inequality')
    // While the gateway computes it.
    let answer
    await page.route('**/api/v1/horizon', (route) => void (answer = () => route.continue()))
    await page.reload()
    await shows('#horizon', /is computing it/)
    assert.equal(await page.locator('#verdict .beside').count(), 0)
    await answer()
    await shows('#horizon', /Given:/)
  },

  /// By keyboard alone: the first stop is the way past the header; the stops come in the order of the page, and each can be seen.
  async keyboard() {
    const page = await open()
    await page.locator('#witnesses canvas').waitFor()
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'to the searches')
    const names = []
    for (let i = 0; i < 60; ++i) {
      await page.evaluate(() => void (window.before = document.activeElement))
      await page.keyboard.press('Tab')
      const { name, isLater, hasRing, isInSight } = await page.evaluate(() => {
        const { activeElement: now, before } = { activeElement: document.activeElement, before: window.before }
        const { outlineStyle, outlineWidth } = getComputedStyle(now)
        const { top, bottom } = now.getBoundingClientRect()
        return {
          name: now === document.body ? null : now.textContent.trim(),
          isLater: Boolean(before.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING),
          hasRing: outlineStyle === 'solid' && parseFloat(outlineWidth) >= 3,
          isInSight: bottom > 0 && top < window.innerHeight
        }
      })
      if (name === null) {
        break // the window itself, after the last stop
      }
      assert.ok(isLater && hasRing && isInSight, `${name}, after ${names.at(-1)}: later ${isLater}, ring ${hasRing}, in sight ${isInSight}`)
      names.push(name)
    }
    for (const wanted of ['Drain…', 'Submit', 'What would it take?', 'de-trended', 'CSV', '24 h']) {
      assert.ok(names.includes(wanted), `${wanted} is reached: ${names}`)
    }
    await page.getByRole('button', { name: 'de-trended' }).focus()
    await page.keyboard.press('Enter')
    assert.equal(await page.getByRole('button', { name: 'de-trended' }).getAttribute('aria-pressed'), 'true')
    // A question takes the focus, Escape takes the question back, and the focus is where it was.
    await page.getByRole('button', { name: 'Drain…' }).focus()
    await page.keyboard.press('Enter')
    await until(page, () => document.activeElement?.closest('dialog') !== null)
    await page.keyboard.press('Escape')
    await until(page, () => document.activeElement?.textContent === 'Drain…' && document.querySelector('dialog[open]') === null)
  },

  /// Searches with their plots, and what asks and answers.
  async everybody() {
    const page = await open()
    for (const card of ['#margin', '#witnesses', '#durations', '#queues']) {
      await page.locator(`${card} canvas`).waitFor()
    }
    await until(page, () => document.querySelector('#records tbody') !== null && document.querySelector('.tile') !== null)
    await isForEverybody(page, 'searches with their plots')
    await page.getByRole('button', { name: 'Pack…' }).click()
    await page.getByLabel('reason').waitFor()
    await isForEverybody(page, 'a question', 'dialog[open]')
    await page.getByRole('button', { name: 'Cancel' }).last().click()
    await page.getByRole('button', { name: 'What would it take?' }).click()
    await page.locator('#estimate').waitFor()
    await submit(page, 'exhaustive', '1e7')
    await page.getByLabel('token', { exact: true }).waitFor()
    await isForEverybody(page, 'the token is asked for', 'dialog[open]')
    await giveToken(page, 'not the token')
    await said(page, 'not the gateway')
    await isForEverybody(page, 'an order was refused', '[role=alert]')
    complaints.length = 0 // the browser reports the 403 itself
  },

  /// What the README shows.
  light: () => shoot('light', 1320, 1660),
  dark: () => shoot('dark', 1320, 1660),
  phone: () => shoot('phone', 360, 1500),

  /// A search is on its way; a drain begins, ends with nothing in flight, and refuses what is new.
  async drain() {
    const page = await open()
    await page.waitForSelector('#verdict[data-level=idle]')
    await submit(page, 'exhaustive', '60000002')
    await giveToken(page)
    await until(page, () => Number(document.querySelector('[data-search="1"] [role=progressbar]')?.getAttribute('aria-valuenow')) > 0)
    await page.getByRole('button', { name: 'Drain…' }).click()
    await page.getByLabel('reason').fill('a test of the switch')
    await page.getByRole('button', { name: 'Drain', exact: true }).click()
    await page.waitForSelector('[data-drain=DRAINING], [data-drain=DRAINED]')
    await stopsOnTheWay(page)
    await submit(page, 'exhaustive', '5e9')
    await said(page, 'being drained')
    complaints.length = 0 // the browser reports the 503 itself
    await comeBack(page)
    await until(page, () => document.querySelector('#events')?.textContent?.includes('a test of the switch'))
    for (const part of ['#drain', '#events']) {
      await isForEverybody(page, 'a drain', part)
    }
  },

  /// A drain that has stopped a search is taken back, and the search ends.
  async resume() {
    const page = await open()
    await stopsOnTheWay(page)
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByRole('button', { name: 'Go on', exact: true }).last().click()
    await giveToken(page)
    await page.waitForSelector('[data-drain=WRITABLE]')
    await page.waitForSelector('[data-search="1"][data-state=finished]')
    await comeBack(page)
    await until(page, () => document.querySelector('#events')?.textContent?.includes('a test of the switch'))
  },

  /// A search waits from the beginning, is resumed by keyboard, paused, given a share, and ended for good; each is what the API says
  /// then, too.
  async control() {
    const page = await open()
    await page.waitForSelector('#verdict[data-level=idle]')
    await page.locator('#submit select').selectOption('exhaustive')
    await page.locator('#submit input[name=end]').fill('600000002')
    await page.getByRole('button', { name: 'What would it take?' }).click()
    await until(page, () => /computing: not known.*time until its end: not known/s.test(document.querySelector('#estimate')?.textContent ?? ''))
    await submit(page, 'exhaustive', '600000002', '', { share: '2', paused: true })
    await giveToken(page)
    await said(page, 'Search 1 was submitted, and waits until it is resumed')
    const waiting = await row(page, 1, 'paused', /0 % · paused/)
    assert.match(waiting, /share 2/)
    assert.doesNotMatch(waiting, /left/, 'it has no end in sight')
    const { state, computing_share, eta_seconds, frontier } = await asked(page, 'searches/1')
    assert.deepEqual({ state, computing_share, eta_seconds, frontier }, { state: 'paused', computing_share: 2, eta_seconds: null, frontier: '2' })

    await page.getByRole('button', { name: 'Resume search 1' }).focus()
    await page.keyboard.press('Enter')
    await said(page, 'Search 1 goes on')
    await row(page, 1, 'running', /left[^]*\d finished/)
    assert.equal((await asked(page, 'searches/1')).state, 'running')

    await page.getByRole('button', { name: 'Pause search 1' }).click()
    await said(page, 'Search 1 is paused')
    assert.doesNotMatch(await row(page, 1, 'paused', /paused/), /left/)
    assert.equal((await asked(page, 'searches/1')).state, 'paused')

    await page.getByRole('button', { name: 'Share of search 1…' }).click()
    const share = page.getByLabel('share, 1 to 1000')
    assert.equal(await share.inputValue(), '2', 'it begins with what it is')
    await share.fill('0')
    await page.getByRole('button', { name: 'Give it' }).click()
    assert.ok(await share.isVisible(), 'no search has no share')
    await share.fill('3')
    await page.getByLabel('reason').fill('the other one is urgent')
    await page.keyboard.press('Enter')
    await said(page, 'The share of search 1 is 3')
    await row(page, 1, 'paused', /share 3/)
    assert.equal((await asked(page, 'searches/1')).computing_share, 3)

    await submit(page, 'exhaustive', '600000002', '1.7', { share: '5' })
    await said(page, 'Search 2 was submitted.')
    await row(page, 2, 'running', /share 5[^]*\d finished/)
    await submit(page, 'colossally-abundant', '1e8', '', { paused: true })
    await row(page, 3, 'paused')
    await page.locator('#submit select').selectOption('exhaustive')
    await page.getByRole('button', { name: 'What would it take?' }).click()
    await until(page, () => /of computing, by the blocks of search [12].*until its end/s.test(document.querySelector('#estimate')?.textContent ?? ''))
    await page.locator('#submit').screenshot({ path: join(shots, 'submit.png') })
    for (const part of ['#submit', '#searches']) {
      await isForEverybody(page, 'searches that may be ordered something', part)
    }

    await page.getByRole('button', { name: 'Resume search 1' }).click()
    await row(page, 1, 'running', /share 3/)
    const cancel = () => page.getByRole('button', { name: 'Cancel search 2…' }).click()
    await cancel()
    await page.getByText('It cannot be resumed').waitFor()
    await page.screenshot({ path: join(shots, 'cancel.png') })
    await page.setViewportSize({ width: 360, height: 700 })
    await fits(page)
    await page.screenshot({ path: join(shots, 'cancel-phone.png') })
    await page.setViewportSize({ width: 1320, height: 900 })
    await page.getByRole('button', { name: 'Keep it' }).click()
    await page.getByText('It cannot be resumed').waitFor({ state: 'detached' })
    assert.equal((await asked(page, 'searches/2')).state, 'running', 'it was kept')
    await cancel()
    await page.getByLabel('reason').fill('looked for in vain')
    await page.getByRole('button', { name: 'End it for good' }).click()
    await said(page, 'Search 2 was ended')
    assert.equal((await asked(page, 'searches/2')).state, 'cancelled')
    assert.doesNotMatch(await row(page, 2, 'cancelled', /ended at .* by order/), /left/)
    assert.equal(await page.getByRole('group', { name: 'orders for search 2' }).count(), 0, 'nothing more can be ordered of it')
    await comeBack(page)
    await until(page, () => /1 search ended by order/.test(document.querySelector('#events .lately')?.textContent ?? ''))
    await page.getByRole('button', { name: '1 search ended by order' }).click()
    await until(page, () => [...document.querySelectorAll('#events li')].length === 1 && /looked for in vain/.test(document.querySelector('#events li').textContent))
    await page.getByRole('button', { name: '1 search ended by order' }).click()
    await until(page, () => [...document.querySelectorAll('#events li')].length > 1)
    await row(page, 1, 'running', /left/)

    assert.match(await page.locator('#old-blocks').innerText(), /None is packed/)
    await page.getByRole('button', { name: 'Pack…' }).click()
    await page.getByLabel('older than so many days, 0 to 3653').fill('0')
    await page.getByLabel('reason').fill('the disk is full')
    await page.getByRole('button', { name: 'Pack them' }).click()
    await said(page, 'The janitor packs old blocks')
    await page.waitForSelector('#old-blocks [data-order=done]')
    await until(page, () => /\d blocks are packed into .* ranges?[^]*the disk is full/.test(document.querySelector('#old-blocks')?.textContent ?? ''))
    assert.ok((await asked(page, 'compaction')).blocks > 0)
    await row(page, 1, 'running', /left/)
    await shootCard(page, '#old-blocks', 'old-blocks')
    await shootCard(page, '#searches', 'searches')
    await shootCard(page, '#events', 'events')
  },

  /// Forty-six searches and fifty events: twenty of each, and more if wanted; one that was chosen is shown in any case.
  async many() {
    const page = await open()
    const rows = () => page.locator('[data-search]').count()
    await page.waitForSelector('[data-search="45"]')
    assert.equal(await rows(), 20)
    assert.match(await page.locator('#searches').innerText(), /45 running, 1 ended by order[^]*20 of 46 are shown/)
    await page.evaluate(() => void (window.location.hash = 'search=46'))
    await page.waitForSelector('.search.chosen[data-search="46"]')
    assert.match(await row(page, 46, 'cancelled'), /share 7[^]*ended at 602 by order[^]*2 never computed/)
    assert.equal(await rows(), 21)
    await page.getByRole('button', { name: 'More searches' }).click()
    await page.waitForSelector('[data-search="6"]')
    assert.equal(await rows(), 41)
    await page.getByRole('button', { name: 'More searches' }).click()
    await page.waitForSelector('[data-search="1"]')
    assert.equal(await rows(), 46)
    assert.equal(await page.getByRole('button', { name: 'More searches' }).count(), 0)
    const newest = () => page.locator('#events li .message').first().innerText()
    await until(page, () => document.querySelectorAll('#events li').length === 20)
    assert.equal(await newest(), 'event 50')
    assert.match(await page.locator('#events .lately').innerText(), /50 disputes settled/)
    for (const [first, count] of [['event 30', 20], ['event 10', 10]]) {
      await page.getByRole('button', { name: 'Older ones' }).click()
      await until(page, ([first, count]) => document.querySelector('#events li .message')?.textContent === first && document.querySelectorAll('#events li').length === count, [first, count])
    }
    assert.equal(await page.getByRole('button', { name: 'Older ones' }).count(), 0)
    await page.getByRole('button', { name: 'The newest' }).click()
    await until(page, () => document.querySelector('#events li .message')?.textContent === 'event 50')
    await page.setViewportSize({ width: 360, height: 900 })
    await fits(page)
  },

  /// A block that failed too often is shown by its error.
  async failed() {
    const page = await open()
    await until(page, () => /1 block failed too often/.test(document.querySelector('#problems')?.innerText ?? ''))
    assert.equal(await page.locator('#verdict').getAttribute('data-level'), 'warning')
    await comeBack(page)
    await until(page, () => document.querySelector('#failures tbody tr') !== null)
    assert.match(await page.locator('#failures tbody tr').innerText(), /lost/)
    for (const part of ['#problems', '#failures', '#verdict']) {
      await isForEverybody(page, 'a block failed too often', part)
    }
  },

  /// Its cause is mended: one click, and it is computed.
  async retry() {
    const page = await open()
    await page.locator('#failures tbody button').first().click()
    await giveToken(page)
    await said(page, '1 block is tried again')
    await until(page, () => document.querySelector('#failures tbody') === null)
    await until(page, () => document.querySelector('#problems') === null)
  },

  /// A certified violation turns the banner, and the tab's title.
  async violation() {
    const page = await open()
    await page.waitForSelector('#verdict[data-level=violation]')
    assert.match(await page.locator('#verdict').innerText(), /COUNTEREXAMPLE: n = 2\^/)
    await until(page, () => document.title.startsWith('✸'))
    await until(page, () => /If this is a counterexample to it, one of the two is wrong/.test(document.querySelector('#verdict .beside')?.textContent ?? ''))
    await page.screenshot({ path: join(shots, 'violation.png') })
    await isForEverybody(page, 'a violation', '#verdict')
  }
}

const wanted = process.argv.slice(2)
assert.ok(wanted.length > 0 && wanted.every((step) => step in steps), `the steps are ${Object.keys(steps)}`)
browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
try {
  for (const step of wanted) {
    await steps[step]()
    assert.deepEqual(complaints, [], 'the console is silent')
  }
} finally {
  await browser.close()
}
