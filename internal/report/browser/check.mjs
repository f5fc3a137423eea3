// Opens a page of the report in a real Chromium and prints what it found as JSON:
// console errors, requests beyond the page, axe violations, overflow at two widths,
// what is left without JavaScript, and where the keyboard gets.
// node check.mjs CHROMIUM PAGE [directory for screenshots]
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';

const [chromium, page, shots] = process.argv.slice(2);
const address = pathToFileURL(page).href;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const found = { errors: [], requests: [], axe: [], overflow: [], widths: {}, noscript: {}, keyboard: {}, search: {} };

const browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'], protocolTimeout: 240000 });

async function open(width, height, opts = {}) {
  const p = await browser.newPage();
  await p.setViewport({ width, height });
  if (opts.dark) await p.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  if (opts.noscript) await p.setJavaScriptEnabled(false);
  p.on('console', m => { if (m.type() === 'error' || m.type() === 'warn') found.errors.push(m.text()); });
  p.on('pageerror', e => found.errors.push(String(e)));
  p.on('request', r => { if (r.url() !== address && !r.url().startsWith('data:')) found.requests.push(r.url()); });
  await p.goto(address, { waitUntil: 'load' });
  return p;
}

async function violations(p, where) {
  // The page's own policy forbids foreign scripts: the checker comes in by the debugger.
  const cdp = await p.createCDPSession();
  await cdp.send('Runtime.evaluate', { expression: axe });
  const { result } = await cdp.send('Runtime.evaluate', { awaitPromise: true, returnByValue: true,
    expression: "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'], resultTypes: ['violations']}).then(r => r.violations.map(v => ({id: v.id, n: v.nodes.length, help: v.help, node: v.nodes[0].html.slice(0, 300), why: v.nodes[0].failureSummary.slice(0, 300)})))" });
  for (const v of result.value) found.axe.push({ where, ...v });
}

const openAll = () => document.querySelectorAll('details').forEach(d => { d.open = true; });
const widest = () => {
  const w = document.documentElement.clientWidth;
  const out = [];
  if (document.documentElement.scrollWidth > w) {
    for (const e of document.querySelectorAll('body *')) {
      if (e.closest('.scroll') && !e.classList.contains('scroll')) continue;
      const r = e.getBoundingClientRect();
      if (r.right > w + 1 && r.width > 0) out.push(e.tagName + '.' + (e.className.baseVal ?? e.className) + ' ' + Math.round(r.right) + ' ' + (e.textContent || '').slice(0, 40));
      if (out.length > 5) break;
    }
  }
  return { client: w, scroll: document.documentElement.scrollWidth, out };
};
// Letters cut off at the page's edge, which a hidden overflow would keep from the sum above.
const cut = () => {
  const w = document.documentElement.clientWidth, out = [];
  for (const t of document.querySelectorAll('svg.plot text')) {
    const r = t.getBoundingClientRect();
    if (r.width > 0 && (r.left < -1 || r.right > w + 1)) out.push(t.closest('figure').id + ': ' + t.textContent);
  }
  return out;
};

for (const width of [360, 1440]) {
  const p = await open(width, 900);
  if (shots) await p.screenshot({ path: `${shots}/first-${width}.png` });
  found.widths[width] = await p.evaluate(widest);
  if (shots) await p.screenshot({ path: `${shots}/whole-${width}.png`, fullPage: true });
  if (width === 360) await violations(p, 'closed 360');
  await p.evaluate(openAll);
  const all = await p.evaluate(widest);
  if (all.scroll > all.client) found.overflow.push({ width, ...all });
  const letters = await p.evaluate(cut);
  if (letters.length) found.overflow.push({ width, letters: letters.slice(0, 8) });
  // A checker of colours looks at every cell: with everything open only small pages.
  const cells = await p.evaluate(() => document.querySelectorAll('td').length);
  if (width === 1440) {
    if (cells >= 5000) await p.evaluate(() => document.querySelectorAll('details').forEach(d => { d.open = false; }));
    await violations(p, `1440, ${cells} cells`);
  }
  await p.close();
}

{
  const p = await open(1440, 900, { dark: true });
  if (shots) await p.screenshot({ path: `${shots}/dark.png` });
  const cells = await p.evaluate(() => document.querySelectorAll('td').length);
  if (cells < 5000) await violations(p, 'dark');
  await p.close();
}

{
  // Keyboard: the skip link comes first; the tabulator reaches pictures, tables and
  // links; arrows move between marks.
  const p = await open(1440, 900);
  await p.keyboard.press('Tab');
  found.keyboard.first = await p.evaluate(() => document.activeElement.className);
  found.keyboard.stops = await p.evaluate(() => {
    const visible = e => e.getClientRects().length > 0;
    return { pictures: [...document.querySelectorAll('.picture')].filter(visible).length,
      marked: [...document.querySelectorAll('.picture')].filter(s => visible(s) && s.querySelectorAll('.m[tabindex="0"]').length === 1).length,
      regions: [...document.querySelectorAll('.scroll')].every(e => e.tabIndex === 0) };
  });
  const mark = await p.$('svg.plot .m[tabindex="0"]');
  if (mark) {
    await mark.evaluate(m => m.focus());
    const before = await p.evaluate(() => document.activeElement.getAttribute('aria-label'));
    await p.keyboard.press('ArrowRight');
    const after = await p.evaluate(() => document.activeElement.getAttribute('aria-label'));
    const tip = await p.evaluate(() => { const t = document.querySelector('.tip'); return !t.hidden && t.textContent; });
    found.keyboard.arrow = before !== after && tip === after;
  }
  const input = await p.$('#find-force');
  if (input) {
    await input.type(await p.evaluate(() => document.querySelector('#force-names option:nth-child(3)').value));
    found.search.marks = await p.evaluate(() => document.querySelectorAll('g.found').length);
    found.search.said = await p.evaluate(() => document.querySelector('.find-said').textContent);
    if (shots) { const f = await p.$('#f-scatter-gre') ?? await p.$('figure'); await f.screenshot({ path: `${shots}/found.png` }); }
  }
  const sorter = await p.$('thead button');
  if (sorter) {
    await sorter.evaluate(b => b.click());
    found.search.sorted = await p.evaluate(() => document.querySelectorAll('th[aria-sort]').length);
  }
  await p.close();
}

{
  const p = await open(1440, 900, { noscript: true });
  // A page without scripts can still be asked through the debugger.
  const html = await p.content();
  found.noscript = { pictures: (html.match(/<svg class="plot"/g) || []).length, tables: (html.match(/<table/g) || []).length, scriptTags: (html.match(/<script/g) || []).length };
  if (shots) await p.screenshot({ path: `${shots}/noscript.png` });
  await p.close();
}

if (shots) {
  for (const width of [360, 1440]) {
    const p = await open(width, 900);
    let i = 0;
    for (const s of await p.$$('main > section')) {
      const id = await s.evaluate(e => e.id);
      await s.screenshot({ path: `${shots}/${width}-${String(i++).padStart(2, '0')}-${id}.png` });
    }
    await p.close();
  }
}
await browser.close();
console.log(JSON.stringify(found, null, 1));
