// The page on which an extract is checked: the chosen file is read here, checked by extract.js and told in the page's words.
// Nothing is sent; the page's policy would not let it.
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
    const rests = [say('head', { origin: held.origin, n: held.size }), say(key ? 'key-known' : 'key-file', { key: held.key })];
    if (held.signature) notice('done', say('holds'), [...summary(held), ...rests]);
    else notice('care', say('unsigned-title'), [say('unsigned'), ...summary(held), ...rests]);
    const cards = held.entries.map(card);
    part('list').replaceChildren(...(cards.length ? [make('h2', say('entries')), make('ul', cards, 'plain-list')] : []));
  }

  function failed(fault) {
    const [kind, place] = fault.place.split(' ');
    const values = { n: place, day: kind === 'day' ? day(Date.parse(place) / 86400000) : '' };
    const where = say(`place-${kind}`, values);
    notice('care', say('fails'), [`${where}: ${say(`why-${fault.check}`)}`, say('told', { words: fault.message })]);
  }

  async function check() {
    const [file] = part('file').files;
    const key = part('key').value.trim();
    part('list').replaceChildren();
    if (!file) return notice('care', say('nothing'), []);
    if (file.size > pramaanExtract.MAX_BYTES) return notice('care', say('large'), []);
    notice('info', say('working'), []);
    try {
      const text = await pramaanExtract.unpack(new Uint8Array(await file.arrayBuffer()));
      shown(await pramaanExtract.verify(text, { key }), key);
    } catch (error) {
      failed(error instanceof pramaanExtract.Fault ? error : new pramaanExtract.Fault('format', 'file', String(error)));
    }
  }

  root.hidden = false;
  document.getElementById('extract-without').hidden = true;
  part('check').addEventListener('click', check);
})();
