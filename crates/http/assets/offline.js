// The page of doses that works without a line. What is typed is sealed for the server at once, kept under the PIN, and sent
// when the line is back: each entry under a name of its own, so that it is recorded once however often it is sent.
'use strict';
(function () {
  const ROUNDS = 600000;
  const IDLE = 120000;
  const AT_ONCE = 6;
  // A line that swallows what is sent answers nothing for long: by then it is none.
  const PATIENCE = 15000;
  const AGAIN = 60000;
  const HOUR = 3600000;
  const BLOCK = 2048;
  const root = document.getElementById('offline');
  if (!root || !window.crypto || !crypto.subtle || !window.indexedDB) return;
  const say = (name, n) => (root.dataset[name] || '').replace('{n}', n);
  const part = (name) => document.getElementById('offline-' + name);
  const form = part('form');
  let vault = null; // { id, code, centre, key } once the PIN was right
  let others = []; // those of the same code at other centres, under the same PIN
  let entries = []; // { id, letter, at, refused, fields }
  let draft = ''; // the id of the refused entry that is being corrected
  let confirmed = false;
  let sending = false;
  let told = { count: -1, at: 0 }; // how many this phone said last that it keeps
  let telling = false;
  let opening = false; // the door, from the tap until somebody is in
  let touched = 0; // when somebody was last seen here, by the clock
  const away = new Map(); // what was being typed when the page locked, by vault, each under the PIN of who typed it
  const sent = [];

  // Bytes.
  const text = (bytes) => new TextDecoder().decode(bytes);
  const bytes = (string) => new TextEncoder().encode(string);
  const random = (count) => crypto.getRandomValues(new Uint8Array(count));
  const hex = (some) => Array.from(some, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const unhex = (string) => Uint8Array.from(string.match(/../g), (pair) => parseInt(pair, 16));
  const base64 = (some) => btoa(Array.from(some, (byte) => String.fromCharCode(byte)).join(''));
  const unbase64 = (string) => Uint8Array.from(atob(string), (sign) => sign.charCodeAt(0));
  // The length tells nobody whether it was a slip or a name, or how long a name: filled up with what a reader passes over.
  function padded(string, filler) {
    const plain = bytes(string);
    return join(plain, bytes(filler.repeat((BLOCK - plain.length % BLOCK) % BLOCK)));
  }
  function join(...parts) {
    const all = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
    let at = 0;
    for (const one of parts) { all.set(one, at); at += one.length; }
    return all;
  }

  // The store of this browser: what it holds is sealed.
  const opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open('pramaan-offline', 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('vault', { keyPath: 'id' });
      asked.result.createObjectStore('entry', { keyPath: 'id' });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  async function store(name, mode, work) {
    const db = await opened;
    return new Promise((resolve, reject) => {
      const tx = db.transaction(name, mode);
      const asked = work(tx.objectStore(name));
      tx.oncomplete = () => resolve(asked.result);
      tx.onerror = tx.onabort = () => reject(tx.error);
    });
  }
  const all = (name) => store(name, 'readonly', (some) => some.getAll());
  const put = (name, value) => store(name, 'readwrite', (some) => some.put(value));
  const remove = (name, id) => store(name, 'readwrite', (some) => some.delete(id));

  // Under the PIN.
  async function keyOf(pin, salt) {
    const typed = await crypto.subtle.importKey('raw', bytes(pin), 'PBKDF2', false, ['deriveKey']);
    const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS };
    return crypto.subtle.deriveKey(how, typed, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  }
  async function lockIn(key, about, value) {
    const iv = random(12);
    const how = { name: 'AES-GCM', iv, additionalData: bytes(about) };
    const sealed = await crypto.subtle.encrypt(how, key, padded(JSON.stringify(value), ' '));
    return { iv, sealed: new Uint8Array(sealed) };
  }
  async function unlock(key, about, kept) {
    const how = { name: 'AES-GCM', iv: kept.iv, additionalData: bytes(about) };
    return JSON.parse(text(await crypto.subtle.decrypt(how, key, kept.sealed)));
  }

  // For the server alone.
  async function letter(id, content) {
    const recipient = unbase64(root.dataset.key);
    const curve = { name: 'ECDH', namedCurve: 'P-256' };
    const to = await crypto.subtle.importKey('raw', recipient, curve, false, []);
    const own = await crypto.subtle.generateKey(curve, true, ['deriveBits']);
    const sender = new Uint8Array(await crypto.subtle.exportKey('raw', own.publicKey));
    const agreed = await crypto.subtle.deriveBits({ name: 'ECDH', public: to }, own.privateKey, 256);
    const base = await crypto.subtle.importKey('raw', agreed, 'HKDF', false, ['deriveKey']);
    const how = { name: 'HKDF', hash: 'SHA-256', salt: bytes('pramaan letter v1'), info: join(sender, recipient) };
    const key = await crypto.subtle.deriveKey(how, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt']);
    const iv = random(12);
    const gcm = { name: 'AES-GCM', iv, additionalData: unhex(id) };
    const sealed = await crypto.subtle.encrypt(gcm, key, padded(content, '&'));
    return base64(join(sender, iv, new Uint8Array(sealed)));
  }

  async function keep(entry) {
    const value = { letter: entry.letter, at: entry.at, refused: entry.refused || '' };
    const kept = await lockIn(vault.key, entry.id, value);
    await put('entry', { id: entry.id, vault: vault.id, iv: kept.iv, sealed: kept.sealed });
  }

  async function load() {
    const mine = [vault, ...others];
    entries = [];
    for (const kept of await all('entry')) {
      const from = mine.find((one) => one.id === kept.vault);
      if (!from) continue;
      const value = await unlock(from.key, kept.id, kept);
      entries.push({ id: kept.id, letter: value.letter, at: value.at, refused: value.refused, fields: '' });
    }
    entries.sort((one, other) => one.at - other.at);
  }

  // What the reader sees.
  const named = (one) => one.code + ', ' + say('centre', one.centre);
  function tell(message) { part('status').textContent = message; }
  function item(list, message) {
    const line = document.createElement('li');
    line.textContent = message;
    list.appendChild(line);
    return line;
  }
  async function show() {
    part('open').hidden = !vault;
    part('whose').textContent = vault ? say('whose', named(vault)) : '';
    part('lock').hidden = !vault;
    part('door').hidden = Boolean(vault);
    const waiting = vault ? entries.length : (await all('entry')).length;
    part('count').textContent = say('count', waiting);
    const list = part('list');
    list.textContent = '';
    if (!vault) return;
    for (const entry of entries.filter((one) => one.refused)) {
      const when = new Date(entry.at).toLocaleString(document.documentElement.lang);
      const line = item(list, when + ': ' + entry.refused + ' ');
      if (!entry.fields) continue;
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'second';
      button.textContent = say('correct');
      button.addEventListener('click', () => correct(entry));
      line.appendChild(button);
    }
    const done = part('sent');
    done.textContent = '';
    for (const line of sent.slice(-30).reverse()) item(done, line);
    part('send').hidden = entries.length === 0;
  }
  function correct(entry) {
    draft = entry.id;
    const fields = new URLSearchParams(entry.fields);
    fill(fields);
    tell(entry.refused);
    form.querySelector('input:not([type=hidden])').focus();
  }
  function fill(fields) {
    for (const field of form.elements) {
      if (!field.name || field.name === '_csrf') continue;
      const value = fields.get(field.name) || '';
      if (field.type === 'radio' || field.type === 'checkbox') field.checked = field.value === value;
      else field.value = value;
    }
    whoIsIt();
  }
  function typed() {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value && name !== '_csrf') fields.append(name, value);
    return fields;
  }

  // The form.
  const india = () => new Date(Date.now() + 19800000).toISOString();
  const value = (name) => { const field = form.elements[name]; return field ? field.value : ''; };
  function whoIsIt() {
    const isNew = value('who') === 'new';
    document.getElementById('by-slip').hidden = isNew;
    document.getElementById('by-name').hidden = !isNew;
  }
  function fresh() {
    const stays = ['vaccine', 'batch', 'vial'].map((name) => [name, value(name)]);
    form.reset();
    for (const [name, was] of stays) form.elements[name].value = was;
    form.elements.day.value = india().slice(0, 10);
    form.elements.given_at.value = india().slice(11, 16);
    draft = '';
    confirmed = false;
    part('confirm').hidden = true;
    part('fields').hidden = false;
    whoIsIt();
  }
  // What must not wait until the line is back to be found missing.
  function missing() {
    const isNew = value('who') === 'new';
    const digits = (name) => value(name).replace(/\s/g, '');
    if (!isNew && !/^\d{14}$/.test(digits('reference_id'))) return 'reference_id';
    if (!isNew && !/^\d{4}$/.test(digits('code'))) return 'code';
    if (isNew && !form.elements.consent.checked) return 'consent';
    if (isNew && !value('name').trim()) return 'name';
    if (isNew && !/^\d{4}$/.test(value('birth_year').trim())) return 'birth_year';
    if (isNew && !value('gender')) return 'gender';
    const shown = value('document_type') && value('document_number').trim().length >= 4;
    if (isNew && !shown && value('no_document').trim().length < 10) return 'document_number';
    if (!value('vaccine')) return 'vaccine';
    if (!value('batch').trim()) return 'batch';
    if (!/^\d\d:\d\d$/.test(value('given_at'))) return 'given_at';
    return value('site') ? '' : 'site';
  }
  function label(id) {
    const field = document.getElementById(id);
    const group = field.closest('fieldset');
    return (group ? group.querySelector('legend') : document.querySelector('label[for="' + id + '"]')).textContent;
  }
  function line(list, named, shown) {
    if (!shown) return;
    const term = document.createElement('dt');
    term.textContent = named;
    const data = document.createElement('dd');
    data.textContent = shown;
    list.append(term, data);
  }
  function ask() {
    const list = part('what');
    list.textContent = '';
    const isNew = value('who') === 'new';
    const who = isNew ? 'name' : 'reference_id';
    line(list, label(who), value(who));
    // Who turns 18 this year perhaps has not yet.
    const isMinor = isNew && Number(value('birth_year').trim()) + 18 >= Number(india().slice(0, 4));
    if (isMinor) line(list, say('guardian'), value('guardian_name').trim() || say('nobody'));
    line(list, label('vaccine'), form.elements.vaccine.selectedOptions[0].textContent);
    line(list, say('dose'), say(isNew ? 'newcomer' : 'booked'));
    line(list, label('batch'), value('batch'));
    line(list, label('given_at'), value('given_at'));
    part('nameless').hidden = isNew;
    part('fields').hidden = true;
    part('confirm').hidden = false;
    confirmed = true;
    part('save').focus();
  }
  async function save() {
    const fields = typed();
    fields.set('made_by', vault.code);
    fields.set('made_at', vault.centre);
    const id = draft || hex(random(16));
    const entry = { id, letter: await letter(id, fields.toString()), at: Date.now(), refused: '', fields: '' };
    await keep(entry);
    entries = entries.filter((one) => one.id !== id).concat(entry);
    fresh();
    tell(say('kept'));
    await show();
  }
  form.addEventListener('change', whoIsIt);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!vault) return;
    const wrong = missing();
    if (wrong) {
      tell(say('missing') + ' ' + label(wrong));
      document.getElementById(wrong).focus();
    } else if (!confirmed) ask();
    else {
      confirmed = false;
      part('save').disabled = true;
      const kept = await save().then(() => true, () => tell(say('full')));
      part('save').disabled = false;
      // The next dose does not wait for the line.
      if (kept) send();
    }
  });
  part('change').addEventListener('click', () => {
    confirmed = false;
    part('confirm').hidden = true;
    part('fields').hidden = false;
  });

  // The line.
  async function reach(path, how, patience = PATIENCE) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), patience);
    try {
      const answer = await fetch(path, { cache: 'no-store', credentials: 'same-origin', signal: stop.signal, ...how });
      if (!answer.ok && answer.status !== 401) throw new Error('no line');
      const said = await answer.json();
      if (answer.ok) return said;
      // A shared device is unlocked by PIN, any other phone by logging in.
      part('login').hidden = false;
      part('login').querySelector('a').href = said.login;
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
  const login = (patience) => reach('/staff/offline/token', {}, patience);
  async function batch(some, token) {
    const body = new URLSearchParams();
    body.set('_csrf', token);
    body.set('now', String(Date.now()));
    body.set('entries', JSON.stringify(some.map((one) => ({ id: one.id, letter: one.letter }))));
    const answer = await reach('/staff/offline/doses', { method: 'POST', body });
    return answer && answer.entries;
  }
  async function settle(entry, answer) {
    // Locked, or corrected, since it was sent: what is there now goes the next time.
    if (!answer || !entries.includes(entry)) return;
    if (answer.held) {
      await remove('entry', entry.id);
      entries = entries.filter((one) => one !== entry);
      sent.push(answer.told);
    } else {
      entry.refused = answer.told;
      entry.fields = answer.fields || '';
      await keep(entry);
    }
  }
  // Until nothing is due: what is typed meanwhile goes too.
  async function send(again, quietly) {
    if (sending || !vault) return;
    const mine = vault;
    const asked = new Set();
    const isDue = (one) => !asked.has(one) && one.id !== draft && (again || !one.refused);
    sending = true;
    try {
      for (let due = entries.filter(isDue); due.length > 0; due = entries.filter(isDue)) {
        const some = due.slice(0, AT_ONCE);
        for (const one of some) asked.add(one);
        const who = await login();
        const answers = who && vault === mine && await batch(some, who.token);
        if (vault !== mine) return;
        if (!answers) return tell(say('login'));
        part('login').hidden = true;
        for (const one of some) await settle(one, answers.find((answer) => answer.id === one.id));
        await show();
      }
      if (asked.size > 0 && vault === mine) {
        if (entries.length === 0) tell(say('done'));
        else if (entries.some((one) => one.refused)) tell(say('refused'));
      }
    } catch (_) {
      if (vault === mine && !quietly) tell(say('noline'));
    } finally {
      sending = false;
      await show();
      tellCount();
      // Locked and opened again meanwhile: what is there now has not been asked for yet.
      if (vault && vault !== mine) send(true);
    }
  }
  // A line that comes back slowly is told by nobody.
  setInterval(() => { send(false, true); tellCount(); }, AGAIN);
  // How many are kept, whoever typed them: told by the enrolment of a shared device, which needs no login.
  async function tellCount() {
    // A phone of one's own tells nobody.
    if (telling || root.dataset.own) return;
    telling = true;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    const how = { cache: 'no-store', credentials: 'same-origin', signal: stop.signal };
    try {
      const count = (await all('entry')).length;
      if (count === told.count && Date.now() - told.at < HOUR) return;
      const offer = await fetch('/staff/offline/unsent', how);
      if (offer.status === 200) {
        const body = new URLSearchParams({ _csrf: (await offer.json()).token, count: String(count) });
        const answer = await fetch('/staff/offline/unsent', { ...how, method: 'POST', body });
        if (!answer.ok) return;
      } else if (offer.status !== 204) return;
      // No shared device has nothing to tell.
      told = { count, at: Date.now() };
    } catch (_) {
      // It is told when the line is back.
    } finally {
      clearTimeout(timer);
      telling = false;
    }
  }
  window.addEventListener('online', () => { send(); tellCount(); });
  part('send').addEventListener('click', () => send(true));

  // The PIN.
  const pin = () => part('pin').value.trim();
  const is = (who) => (one) => one.code === who.code && one.centre === who.centre;
  /** Answers whether the PIN opened anything. One PIN may open what two people keep: the login says whose it is. */
  async function open() {
    const found = [];
    for (const kept of await all('vault')) {
      const key = await keyOf(pin(), kept.salt);
      const value = await unlock(key, kept.id, kept).catch(() => null);
      if (value) found.push({ id: kept.id, code: value.code, centre: value.centre, key });
    }
    if (found.length === 0) return false;
    const who = await login(4000).catch(() => undefined);
    const chosen = who ? found.find(is(who)) || await make(who) : await which(found);
    others = found.filter((one) => one.code === chosen.code && one !== chosen);
    vault = chosen;
    return true;
  }
  /** Without a line: whoever is here says so. */
  function which(found) {
    if (found.length === 1) return found[0];
    tell(say('which'));
    const place = part('which');
    return new Promise((chosen) => {
      place.textContent = '';
      for (const one of found) {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'second';
        button.textContent = named(one);
        button.addEventListener('click', () => { place.textContent = ''; opening = true; chosen(one); });
        place.appendChild(button);
      }
      // Another PIN may be typed instead.
      opening = false;
      place.firstChild.focus();
    });
  }
  async function make(who) {
    const [id, salt] = [hex(random(16)), random(16)];
    const key = await keyOf(pin(), salt);
    const kept = await lockIn(key, id, { code: who.code, centre: who.centre });
    await put('vault', { id, salt, iv: kept.iv, sealed: kept.sealed });
    return { id, code: who.code, centre: who.centre, key };
  }
  async function choose() {
    const who = await login().catch(() => undefined);
    if (who === undefined) return tell(say('first'));
    if (who === null) return tell(say('login'));
    others = [];
    vault = await make(who);
  }
  async function enter() {
    await load();
    part('pin').value = '';
    part('again').value = '';
    // What was being typed is there again, for who typed it; a colleague's waits for the colleague.
    const put = await away.get(vault.id);
    away.delete(vault.id);
    fresh();
    if (put) {
      const back = await unlock(vault.key, 'typed', put);
      draft = back.draft;
      fill(new URLSearchParams(back.fields));
    }
    tell(say('ready'));
    touched = Date.now();
    await show();
    // The door does not wait until all has gone: it may be needed again by then.
    send(true);
  }
  function lock() {
    if (!vault) return;
    const mine = vault;
    const was = { fields: typed().toString(), draft };
    away.set(mine.id, lockIn(mine.key, 'typed', was).catch(() => null));
    vault = null;
    others = [];
    entries = [];
    sent.length = 0;
    part('sent').textContent = '';
    part('what').textContent = '';
    part('which').textContent = '';
    form.reset();
    fresh();
    tell(say('locked'));
    show();
  }
  // Two minutes without a touch, by the clock: a phone that slept counts no time, and the touch that wakes it is none of
  // these two minutes. A clock that was set is no ground to stay open.
  function look() {
    if (vault && Math.abs(Date.now() - touched) >= IDLE) lock();
  }
  function awake() {
    look();
    touched = Date.now();
  }
  for (const sign of ['pointerdown', 'keydown', 'input']) document.addEventListener(sign, awake, true);
  document.addEventListener('visibilitychange', look);
  window.addEventListener('pageshow', look);
  window.addEventListener('focus', look);
  setInterval(look, 1000);
  part('lock').addEventListener('click', lock);
  async function enterBy() {
    tell(say('wait'));
    part('which').textContent = '';
    if (await open()) return enter();
    const again = part('again').value.trim();
    if (!again) return tell(say((await all('vault')).length ? 'wrong' : 'repeat'));
    if (again !== pin()) return tell(say('differ'));
    await choose();
    if (vault) await enter();
    else await show();
  }
  // Two taps are one: a second would find the half-filled form given back already, and empty it.
  part('door').addEventListener('submit', async (event) => {
    event.preventDefault();
    if (opening || vault) return;
    if (!/^\d{6}$/.test(pin())) return tell(say('digits'));
    opening = true;
    try {
      await enterBy();
    } finally {
      opening = false;
    }
  });

  async function begin() {
    for (const field of form.querySelectorAll('[data-only-online]')) field.hidden = true;
    root.hidden = false;
    form.hidden = false;
    // What another visit left unsent is kept from being thrown away by a full phone, where the browser grants it.
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => undefined);
    const some = await all('vault');
    part('again-field').open = some.length === 0;
    await show();
    tellCount();
    if (navigator.serviceWorker) {
      await navigator.serviceWorker.register('/staff/offline/worker.js', { scope: '/staff/offline' }).catch(() => undefined);
    }
  }
  begin();
}());
