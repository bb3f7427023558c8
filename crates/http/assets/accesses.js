// The page on which an extract is checked: the chosen file is read here, checked by extract.js and told in the page's words.
// It sends nothing, and the page's policy lets a script there ask this server for pictures and styles only.
'use strict';
(() => {
  const root = document.getElementById('extract');
  if (!root || !window.crypto || !crypto.subtle || typeof pramaanExtract === 'undefined') return;
  const part = (name) => document.getElementById(`extract-${name}`);
  const say = (name, values = {}) => (root.getAttribute(`data-${name}`) || name).replace(/%(\w+)/g, (_, key) => String(values[key]));
  const language = `${document.documentElement.lang}-IN`;
  const zone = { timeZone: 'Asia/Kolkata' };
  const dates = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  const times = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', ...zone });
  const day = (number) => dates.format(new Date(number * 86400000));

  function make(name, content, of = '') {
    const made = document.createElement(name);
    if (of) made.className = of;
    made.append(...[content].flat());
    return made;
  }
  const facts = (pairs) => make('dl', pairs.filter(([, value]) => value).flatMap(([label, value]) => [make('dt', label), make('dd', value)]), 'facts');

  function notice(kind, title, lines) {
    const box = make('div', [make('p', title, 'notice-title'), ...lines.map((line) => make('p', line))], `notice ${kind}`);
    part('said').replaceChildren(box);
  }

  const run = ([first, last]) => (first === last ? day(first) : say('span', { from: day(first), to: day(last) }));

  function who(entry) {
    const role = say(`class-${entry.class}`);
    return entry.staff ? say('staff', { role, code: entry.staff }) : role;
  }

  function card(entry) {
    const number = Number(entry.organisation) > 0 ? say('centre', { n: entry.organisation }) : '';
    const other = { 'contact-changed': 'changed', erased: 'erased' }[entry.kind];
    const what = other ? say(other) : say(`purpose-${entry.purpose}`);
    const title = make('h3', [who(entry), make('br', []), make('small', `${times.format(new Date(entry.at / 1000))}: ${what}`)]);
    const fields = entry.fields.map((field) => say(`field-${field}`)).join(', ');
    const told = [
      [say('where'), number], [say('fields'), fields], [say('basis'), say(`basis-${entry.basis}`)], [say('reason'), entry.reason],
    ];
    return make('li', [title, facts(told), make('p', say('entry', { n: entry.index }), 'quiet')], 'card');
  }

  function summary(held) {
    const [first, last] = [held.complete[0], held.complete[held.complete.length - 1]];
    const lines = [];
    const among = held.entries.filter((entry) => entry.day <= last).length;
    const name = ['none', 'one'][among] || 'many';
    if (held.complete.length) lines.push(say(name, { n: among, from: day(first), to: day(last) }));
    if (held.open.length) lines.push(say('open', { days: held.open.map(day).join(', ') }));
    if (held.open.length && held.entries.length > among) lines.push(say('unproven', { n: held.entries.length - among }));
    if (held.quiet.length) lines.push(`${say('quiet')} ${held.quiet.map(run).join(', ')}`);
    return lines;
  }

  function shown(held, key) {
    const here = held.key === root.getAttribute('data-log-key');
    const elsewhere = here ? 'key-here' : 'key-file';
    const whose = say(key ? 'key-known' : elsewhere, { key: held.key });
    const rests = [say('head', { origin: held.origin, n: held.size }), whose];
    if (!held.signature) notice('care', say('unsigned-title'), [say('unsigned'), ...summary(held), ...rests]);
    else if (!key && !here) notice('care', say('alone-title'), [whose, ...summary(held), rests[0]]);
    else notice('done', say('holds'), [...summary(held), ...rests]);
    const cards = held.entries.map(card);
    part('list').replaceChildren(...(cards.length ? [make('h2', say('entries')), make('ul', cards, 'plain-list')] : []));
  }

  function failed(fault) {
    const [kind, place] = fault.place.split(' ');
    const values = { n: place, day: kind === 'day' ? day(Date.parse(place) / 86400000) : '' };
    const where = say(`place-${kind}`, values);
    notice('care', say('fails'), [`${where}: ${say(`why-${fault.check}`)}`, say('told', { words: fault.message })]);
  }

  // A verdict is of the file that is chosen: one that comes late, of another, is not shown.
  let asked = 0;

  function clear() {
    asked += 1;
    part('list').replaceChildren();
    part('said').replaceChildren();
  }

  async function check() {
    clear();
    const mine = asked;
    const [file] = part('file').files;
    const key = part('key').value.trim();
    if (!file) return notice('care', say('nothing'), []);
    if (file.size > pramaanExtract.MAX_BYTES) return notice('care', say('large'), []);
    notice('info', say('working'), []);
    try {
      const text = await pramaanExtract.unpack(new Uint8Array(await file.arrayBuffer()));
      const held = await pramaanExtract.verify(text, { key });
      if (mine === asked) shown(held, key);
    } catch (error) {
      if (mine === asked) failed(error instanceof pramaanExtract.Fault ? error : new pramaanExtract.Fault('format', 'file', String(error)));
    }
  }

  root.hidden = false;
  document.getElementById('extract-without').hidden = true;
  part('check').addEventListener('click', check);
  part('file').addEventListener('change', clear);
  part('key').addEventListener('input', clear);
})();
