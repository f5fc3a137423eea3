// Everything on the page can be read without this script. It adds tooltips and arrow
// keys on pictures, a search for a force across them, and sorting of tables.
(function () {
  'use strict';
  var tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  tip.setAttribute('aria-hidden', 'true');
  document.body.appendChild(tip);

  function words(mark) { return mark.getAttribute('aria-label') || ''; }
  function show(mark) {
    tip.textContent = words(mark);
    tip.hidden = false;
    var r = mark.getBoundingClientRect(), t = tip.getBoundingClientRect();
    var x = Math.min(Math.max(8, r.left + r.width / 2 - t.width / 2), document.documentElement.clientWidth - t.width - 8);
    var y = r.top - t.height - 8;
    tip.style.left = x + 'px';
    tip.style.top = (y < 4 ? r.bottom + 8 : y) + 'px';
  }
  function hide() { tip.hidden = true; }

  // One stop of the tabulator for each picture; arrows move between its marks.
  Array.prototype.forEach.call(document.querySelectorAll('.picture'), function (svg) {
    var marks = Array.prototype.slice.call(svg.querySelectorAll('.m'));
    marks.forEach(function (m, i) {
      var title = m.querySelector('title');
      if (title) { m.setAttribute('aria-label', title.textContent); title.remove(); }
      m.setAttribute('tabindex', i === 0 ? '0' : '-1');
      m.addEventListener('mouseenter', function () { show(m); });
      m.addEventListener('mouseleave', hide);
      m.addEventListener('focus', function () { show(m); });
      m.addEventListener('blur', hide);
    });
    svg.addEventListener('keydown', function (e) {
      var i = marks.indexOf(document.activeElement), to = -1;
      if (i < 0) { return; }
      if (e.key === 'ArrowRight' || e.key === 'ArrowDown') { to = Math.min(marks.length - 1, i + 1); }
      if (e.key === 'ArrowLeft' || e.key === 'ArrowUp') { to = Math.max(0, i - 1); }
      if (e.key === 'Home') { to = 0; }
      if (e.key === 'End') { to = marks.length - 1; }
      if (e.key === 'Escape') { hide(); }
      if (to < 0) { return; }
      e.preventDefault();
      marks[i].setAttribute('tabindex', '-1');
      marks[to].setAttribute('tabindex', '0');
      marks[to].focus();
    });
  });
  document.addEventListener('scroll', function () {
    var at = document.activeElement;
    if (at && at.classList.contains('m')) { show(at); } else { hide(); }
  }, { passive: true });

  // Find a force on every picture and in every table.
  var find = document.querySelector('[data-find]');
  if (find) {
    find.hidden = false;
    var input = find.querySelector('input'), said = find.querySelector('.find-said');
    var names = {};
    Array.prototype.forEach.call(find.querySelectorAll('option'), function (o) { names[o.value.toLowerCase()] = o.getAttribute('data-code'); });
    input.addEventListener('input', function () {
      Array.prototype.forEach.call(document.querySelectorAll('.found'), function (n) { n.classList.remove('found'); });
      var want = input.value.trim().toLowerCase(), code = names[want];
      if (!code && want.length > 2) {
        var near = Object.keys(names).filter(function (n) { return n.indexOf(want) >= 0; });
        if (near.length === 1) { code = names[near[0]]; want = near[0]; }
      }
      if (!code) { said.textContent = want.length > 2 ? 'No single force of that name' : ''; return; }
      var hits = document.querySelectorAll('[data-f="' + code + '"]'), pictures = {};
      Array.prototype.forEach.call(hits, function (n) {
        n.classList.add('found');
        if (n.tagName === 'g') { n.parentNode.appendChild(n); }
        var f = n.closest('figure');
        if (f) { pictures[f.id] = true; }
      });
      said.textContent = 'Marked on ' + Object.keys(pictures).length + ' charts and in their tables';
    });
  }

  // Sorting: numbers as numbers, empty cells last.
  Array.prototype.forEach.call(document.querySelectorAll('table'), function (table) {
    var body = table.tBodies[0];
    if (!body || body.rows.length < 3) { return; }
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th, col) {
      var button = document.createElement('button');
      button.type = 'button';
      button.textContent = th.textContent;
      th.textContent = '';
      th.appendChild(button);
      button.addEventListener('click', function () {
        var down = th.getAttribute('aria-sort') === 'ascending', number = th.classList.contains('n');
        Array.prototype.forEach.call(table.tHead.rows[0].cells, function (o) { o.removeAttribute('aria-sort'); });
        th.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        var rows = Array.prototype.slice.call(body.rows).map(function (r) {
          var c = r.cells[col];
          var shown = c.textContent;
          return { row: r, v: number ? parseFloat(c.getAttribute('data-v') || shown.replace(/[£,\s]/g, '').replace('−', '-')) : shown };
        });
        rows.sort(function (a, b) {
          if (number) {
            if (isNaN(a.v) || isNaN(b.v)) { return (isNaN(a.v) ? 1 : 0) - (isNaN(b.v) ? 1 : 0); }
            return down ? b.v - a.v : a.v - b.v;
          }
          return (down ? -1 : 1) * a.v.localeCompare(b.v, 'en-GB');
        });
        rows.forEach(function (r) { body.appendChild(r.row); });
      });
    });
  });
}());
