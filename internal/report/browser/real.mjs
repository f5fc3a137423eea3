// Opens the page of the main job with everything unfolded, in several media, and prints
// what axe finds, what the page asks of the network, and what is lost in print, without
// scripts or with forced colours.
// node real.mjs CHROMIUM PAGE [directory for screenshots]
//
// axe looks at every node of a page, which takes minutes for 70,000 cells. What is of one
// form is alike, so it gets a figure of each kind (those with a class of mark, legend or
// text that none before had); over all tables, rows enough to show each form of cell
// (code, breaking or not, number, empty); of each picture one mark for each form of mark,
// and one of each form of line, box and letters beside the marks; and one small picture
// of a grid. What can differ from row to row (ids, names, what a
// cell's column is) is checked here for all of them before.
// The second theme and width get only the rules that colours and width can break.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';

const [chromium, page, shots] = process.argv.slice(2);
const address = pathToFileURL(page).href;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const found = { errors: [], requests: [], axe: [], wide: [], cells: 0, checked: 0, seconds: {}, noscript: {}, forced: {}, print: {}, keyboard: {} };
const seenOnly = { type: 'rule', values: ['color-contrast', 'target-size', 'link-in-text-block', 'scrollable-region-focusable', 'meta-viewport'] };
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'], protocolTimeout: 240000 });
const p = await browser.newPage();
p.setDefaultTimeout(240000);
p.on('console', m => { if (m.type() === 'error' || m.type() === 'warn') found.errors.push(m.text()); });
p.on('pageerror', e => found.errors.push(String(e)));
p.on('request', r => { if (r.url() !== address && !r.url().startsWith('data:')) found.requests.push(r.url()); });
await p.setViewport({ width: 1440, height: 900 });
await p.goto(address, { waitUntil: 'load' });
const cdp = await p.createCDPSession();
const evaluate = async expression => {
  const { result, exceptionDetails } = await cdp.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
  if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails).slice(0, 400));
  return result.value;
};
await evaluate(axe);

async function check(where, options) {
  const from = Date.now();
  const violations = await evaluate(`axe.run(document, ${JSON.stringify({ resultTypes: ['violations'], ...options })}).then(r => r.violations.map(v => ({id: v.id, n: v.nodes.length, help: v.help, node: v.nodes[0].html.slice(0, 300), why: v.nodes[0].failureSummary.slice(0, 300)})))`);
  for (const v of violations) found.axe.push({ where, ...v });
  for (const v of violations) process.stderr.write(`${where}: ${v.id}: ${v.help}: ${v.node}\n`);
  found.seconds[where] = (Date.now() - from) / 1000;
  process.stderr.write(where + ' ' + found.seconds[where] + ' s\n');
}
const wide = async where => {
  const w = await evaluate('[document.documentElement.clientWidth, document.documentElement.scrollWidth]');
  if (w[1] > w[0]) found.wide.push(`${where}: ${w[1]} pixels on ${w[0]}`);
};

found.cells = await evaluate("document.querySelectorAll('td').length");

// 1. Every cell, id and mark: ids stand once, rows have as many cells as columns,
// marks and regions have names.
found.whole = await evaluate(`(() => {
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id), bad = [];
  if (new Set(ids).size !== ids.length) bad.push('an id stands twice');
  for (const t of document.querySelectorAll('table')) {
    const n = t.tHead.rows[0].cells.length;
    if ([...t.tBodies[0].rows].some(r => r.cells.length !== n)) bad.push(t.id + ': rows of other lengths than its head');
  }
  for (const e of document.querySelectorAll('svg.plot .m')) if (!e.getAttribute('aria-label')) { bad.push('a mark without a name: ' + e.outerHTML.slice(0, 200)); break; }
  for (const e of document.querySelectorAll('.scroll')) if (!e.getAttribute('aria-label')) bad.push('a region without a name');
  return bad;
})()`);

// 2. Keyboard: one stop in each picture, each table's region, each fold and link.
found.keyboard = await evaluate(`({
  pictures: document.querySelectorAll('.picture').length,
  stops: [...document.querySelectorAll('.picture')].filter(e => e.querySelectorAll('.m[tabindex="0"]').length === 1).length,
  regions: [...document.querySelectorAll('.scroll')].every(e => e.tabIndex === 0),
  traps: [...document.querySelectorAll('[tabindex]')].filter(e => e.tabIndex > 0).length,
})`);

// 3. One row and one mark of each form are left, and all is unfolded: no sideways scroll
// on a telephone or a desk, and nothing that axe finds, in both themes.
await evaluate(`(() => {
  const form = e => e.tagName + '.' + (e.getAttribute('class') || '') + '(' + [...e.children].map(form).join() + ')' + (e.children.length || e.textContent ? '' : 'empty');
  const thin = (all, parts, seen, keep) => { for (const e of all) { const fresh = parts(e).filter(f => !seen.has(f)); if (fresh.length || keep-- > 0) fresh.forEach(f => seen.add(f)); else e.remove(); } };
  const kinds = new Set(), cells = new Set(), kind = e => [...e.querySelectorAll('*')].filter(c => !c.closest('.scroll')).map(c => c.tagName + '.' + (c.getAttribute('class') || ''));
  thin([...document.querySelectorAll('figure')], kind, kinds, 0);
  document.querySelectorAll('.scroll').forEach(s => {
    thin([...s.querySelectorAll('tbody tr')], r => [...r.cells].map(form), cells, 0);
    if (!s.querySelector('tbody tr') && !s.closest('figure')) { s.nextElementSibling.remove(); s.remove(); }
  });
  document.querySelectorAll('.smalls').forEach(s => [...s.querySelectorAll('svg.plot')].forEach((e, i) => i && e.remove()));
  document.querySelectorAll('svg.plot').forEach(s => {
    const seen = new Set();
    thin([...s.querySelectorAll('.m')], m => [form(m)], seen, 0);
    thin([...s.children].filter(e => !e.matches('.m, title, desc')), e => [form(e)], seen, 0);
  });
})()`);
found.checked = await evaluate("document.querySelectorAll('td').length");
process.stderr.write(`${found.cells} cells, ${found.checked} of differing form, ${await evaluate("document.querySelectorAll('*').length")} nodes\n`);
await evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })");
for (const [width, theme] of [[1440, 'light'], [360, 'dark']]) {
  await p.setViewport({ width, height: 900 });
  await p.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
  await wide(`${width}`);
  await check(`${theme} ${width}`, { runOnly: theme === 'light' ? tags : seenOnly });
}

// 5. Forced colours: marks that carry a meaning by their fill keep one that is seen.
await cdp.send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: 'active' }, { name: 'prefers-color-scheme', value: 'dark' }] });
found.forced = await evaluate(`(() => {
  const paper = getComputedStyle(document.body).backgroundColor, lost = new Set();
  for (const e of document.querySelectorAll('svg.plot .disc, svg.plot .see-through, svg.plot .fill-strong, svg.plot .ribbon, svg.plot .up, svg.plot .box-published, svg.plot text')) {
    const s = getComputedStyle(e);
    if (s.fill === paper && (s.stroke === 'none' || s.stroke === paper)) lost.add(e.getAttribute('class'));
  }
  return { active: matchMedia('(forced-colors: active)').matches, lost: [...lost] };
})()`);
if (shots) await p.screenshot({ path: `${shots}/forced.png` });

// 6. Print: method and caveats of the findings are there though folded on the screen,
// tables aren't cut.
await p.emulateMediaFeatures([]);
await evaluate("document.querySelectorAll('details').forEach(d => { d.open = false; })");
await p.emulateMediaType('print');
found.print = await evaluate(`({
  nav: getComputedStyle(document.querySelector('.toc')).display,
  hidden: [...document.querySelectorAll('.findings .facts')].filter(e => !e.checkVisibility()).length,
  cut: [...document.querySelectorAll('.scroll')].filter(e => getComputedStyle(e).maxHeight !== 'none').length,
  beyond: [...document.querySelectorAll('figure')].filter(f => f.getBoundingClientRect().right > document.documentElement.clientWidth + 1).length,
})`);
await p.close();

// 7. Without scripts: all text and tables are in the page as it was written.
const text = readFileSync(page, 'utf8');
const q = await browser.newPage();
q.setDefaultTimeout(240000);
await q.setJavaScriptEnabled(false);
await q.setViewport({ width: 360, height: 800 });
await q.goto(address, { waitUntil: 'load' });
const bare = await q.createCDPSession();
const { root } = await bare.send('DOM.getDocument', { depth: 0 });
const many = async selector => (await bare.send('DOM.querySelectorAll', { nodeId: root.nodeId, selector })).nodeIds.length;
found.noscript = { pictures: await many('svg.plot'), written: (text.match(/<svg class="plot"/g) || []).length, titles: await many('svg.plot .m > title'), tables: await many('table'), search: await many('[data-find]:not([hidden])') };
if (shots) await q.screenshot({ path: `${shots}/noscript-360.png` });
await browser.close();
console.log(JSON.stringify(found, null, 1));
