// Checks a person's extract of the access log, as docs/extract.md says, in the browser: nothing is sent to anybody.
// Written from that page and from docs/leaf.md, not from the service's code: the vectors hold both to the same answers.
'use strict';
const pramaanExtract = (() => {
  const MAX_BYTES = 8 * 1024 * 1024;
  const MAX_DAYS = 400;
  const MOST_OPEN = 2;
  const KOLKATA = 19800;

  // Words of a detail, with their codes in the leaf.
  const CLASSES = { citizen: 1, assisted_citizen: 5, vaccinator: 2, site_manager: 3, district_admin: 4, machine: 6, operator: 7 };
  const BASES = {
    person_otp: 1, site_evidence: 2, no_evidence_with_reason: 3, second_person: 3, anothers_word: 3, duty_of_law: 4,
  };
  const PURPOSES = {
    own_record: 1, own_access_list: 1, booking: 3, appointment_slip: 3, vaccination: 4, certificate: 5, notification: 6,
    status_check: 12, document_dispute: 9, contact: 2, correction: 8, retention: 20, adverse_event: 7,
    grievance: 10,
  };
  const FIELDS = [
    'name', 'birth_year', 'birth_date', 'gender', 'document_type', 'document_last_four', 'reference_id', 'mobile', 'doses',
    'certificate', 'appointment_code', 'access_list', 'comorbidity', 'group', 'adverse_events', 'view_key',
    'objections',
  ];
  const KINDS = [
    'disclosure', 'refused', 'consent-granted', 'consent-revoked', 'emergency-opened', 'emergency-reviewed',
    'certificate-issued', 'certificate-revoked', 'contact-changed', 'erased', 'canary-touched',
  ];

  // What is wrong: the check and the place are stable, the sentence is for whoever looks into it.
  class Fault extends Error {
    constructor(check, place, why) {
      super(`${check} ${place}: ${why}`);
      Object.assign(this, { check, place, why });
    }
  }
  const has = (object, name) => Object.prototype.hasOwnProperty.call(object, name);
  const must = (holds, check, place, why) => {
    if (!holds) throw new Fault(check, place, why);
  };

  // Bytes.
  const utf8 = new TextEncoder();
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
  const unbase64 = (text) => {
    let raw = null;
    try {
      raw = atob(text);
    } catch {
      return null;
    }
    // The browser reads more spellings than there are.
    return btoa(raw) === text ? Uint8Array.from(raw, (letter) => letter.charCodeAt(0)) : null;
  };
  // SHA-256 (FIPS 180-4). The browser's own answers one call at a time, each by way of another thread: a year of proofs has
  // 25,000 of them and would take seconds. Signatures and MACs, of which there are few, are the browser's.
  const primes = [...Array(312).keys()].filter((n) => n > 1 && [...Array(n).keys()].every((m) => m < 2 || n % m));
  const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32);
  const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
  const ROUND = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
  const words = new Int32Array(64);
  const turn = (word, by) => (word >>> by) | (word << (32 - by));
  function block(state, view, at) {
    for (let t = 0; t < 16; t += 1) words[t] = view.getInt32(at + t * 4);
    for (let t = 16; t < 64; t += 1) {
      const near = words[t - 2];
      const far = words[t - 15];
      const one = turn(near, 17) ^ turn(near, 19) ^ (near >>> 10);
      const other = turn(far, 7) ^ turn(far, 18) ^ (far >>> 3);
      words[t] = one + words[t - 7] + other + words[t - 16];
    }
    // One by one: this is run a hundred thousand times, and taking a list apart costs more than the rounds.
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let d = state[3];
    let e = state[4];
    let f = state[5];
    let g = state[6];
    let h = state[7];
    for (let t = 0; t < 64; t += 1) {
      const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[t] + words[t]) | 0;
      const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }
  function sha256(...parts) {
    let length = 0;
    for (const part of parts) length += part.length;
    const padded = new Uint8Array(Math.ceil((length + 9) / 64) * 64);
    let end = 0;
    for (const part of parts) {
      padded.set(part, end);
      end += part.length;
    }
    padded[end] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(length / 2 ** 29));
    view.setUint32(padded.length - 4, (length * 8) >>> 0);
    const state = START.slice();
    for (let at = 0; at < padded.length; at += 64) block(state, view, at);
    const hash = new Uint8Array(32);
    const out = new DataView(hash.buffer);
    for (let t = 0; t < 8; t += 1) out.setInt32(t * 4, state[t]);
    return hash;
  }
  const leafHash = (leaf) => sha256([0], leaf);
  const nodeHash = (left, right) => sha256([1], left, right);

  const date = (day) => new Date(day * 86400000).toISOString().slice(0, 10);
  const ofEntry = (entry) => `entry ${entry.index}`;
  const ofDay = (day) => `day ${date(day)}`;

  // The file's shape. Each reader refuses what is not exactly its own.
  const shape = (holds, why) => must(holds, 'format', 'file', why);
  const number = (most) => (value) => {
    shape(Number.isSafeInteger(value) && value >= 0 && value <= most, 'a whole number was expected');
    return value;
  };
  const text = (value) => {
    shape(typeof value === 'string', 'a text was expected');
    return value;
  };
  const bytes = (length) => (value) => {
    const read = unbase64(text(value));
    shape(read !== null && (!length || read.length === length), 'base64 was expected');
    return read;
  };
  const list = (read, most = Infinity) => (value) => {
    shape(Array.isArray(value) && value.length <= most, 'a list was expected');
    return value.map(read);
  };
  const record = (fields, optional = {}) => (value) => {
    shape(value !== null && typeof value === 'object' && !Array.isArray(value), 'an object was expected');
    for (const name of Object.keys(value)) shape(has(fields, name) || has(optional, name), `${name} is not of the format`);
    const read = {};
    for (const [name, reader] of Object.entries(fields)) {
      shape(has(value, name), `${name} is missing`);
      read[name] = reader(value[name]);
    }
    for (const [name, reader] of Object.entries(optional)) read[name] = value[name] == null ? null : reader(value[name]);
    return read;
  };

  function parse(file) {
    shape(utf8.encode(file).length <= MAX_BYTES, 'it is larger than 8 MiB');
    let json = null;
    try {
      json = JSON.parse(file);
    } catch {
      shape(false, 'it is not JSON');
    }
    const u32 = number(0xffffffff);
    const place = number(Number.MAX_SAFE_INTEGER);
    const hashes = (value) => {
      const read = bytes()(value);
      shape(read.length % 32 === 0, 'its hashes are not of 32 bytes each');
      return [...Array(read.length / 32).keys()].map((at) => read.subarray(at * 32, at * 32 + 32));
    };
    const neighbour = record({ tag: bytes(16), place });
    const read = record({
      format: text, origin: text, key: text, checkpoint: text, from: u32, to: u32,
      view_keys: list(record({ from: u32, key: bytes(32) })),
      hashes,
      entries: list(record({ index: place, day: u32, i: u32, leaf: bytes(), salt: bytes(32), detail: bytes() })),
      days: list(record({ day: u32, index: place, leaf: bytes(), present: list(place), hashes }, { left: neighbour, right: neighbour })),
      open: list(u32),
    })(json);
    shape(read.format === 'pramaan-accesses/1', 'its format is not pramaan-accesses/1');
    return read;
  }

  // The text of a file, which is packed with gzip when it comes from us.
  async function unpack(file) {
    shape(file.length <= MAX_BYTES, 'it is larger than 8 MiB');
    if (file[0] !== 0x1f || file[1] !== 0x8b) return new TextDecoder().decode(file);
    if (typeof DecompressionStream === 'undefined') throw new Error('this browser does not unpack gzip');
    const reader = new Blob([file]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
    const parts = [];
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read().catch(() => shape(false, 'it does not unpack'));
      if (done) break;
      parts.push(value);
      length += value.length;
      shape(length <= MAX_BYTES, 'unpacked it is larger than 8 MiB');
    }
    return new Blob(parts).text();
  }

  // C2SP signed-note, as far as one Ed25519 key and a checkpoint go.
  async function verifierKey(vkey) {
    const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) || [];
    const key = encoded && unbase64(encoded);
    if (!key || key.length !== 33 || key[0] !== 1) return null;
    const digest = sha256(utf8.encode(`${name}\n`), key);
    return hex(digest.subarray(0, 4)) === id ? { name, id, key: key.subarray(1) } : null;
  }
  // True or false, or null where the browser has no Ed25519.
  async function signed(key, signature, message) {
    try {
      const imported = await crypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
      return await crypto.subtle.verify({ name: 'Ed25519' }, imported, signature, message);
    } catch (error) {
      return error.name === 'NotSupportedError' ? null : false;
    }
  }
  async function openNote(note, verifier, check) {
    const fails = (holds, why) => must(holds, check, 'file', why);
    const end = note.lastIndexOf('\n\n');
    fails(end >= 0 && note.endsWith('\n') && utf8.encode(note).length <= 65536, 'not a signed note');
    const body = note.slice(0, end + 1);
    const lines = note.slice(end + 2, -1).split('\n').map((line) => {
      const [, name, encoded] = /^\u2014 ([^\s+]+) (\S+)$/.exec(line) || [];
      const raw = encoded && unbase64(encoded);
      fails(raw && raw.length > 4, 'not a signature line');
      return { name, id: hex(raw.subarray(0, 4)), signature: raw.subarray(4) };
    });
    const own = lines.filter((line) => line.name === verifier.name && line.id === verifier.id);
    fails(own.length > 0, 'it is not signed by the expected key');
    const results = await Promise.all(own.map((line) => signed(verifier.key, line.signature, utf8.encode(body))));
    fails(!results.includes(false), 'the signature does not verify');
    const [origin, size, root, rest, ...more] = body.split('\n');
    const hash = unbase64(root || '');
    fails(origin === verifier.name && rest === '' && !more.length, 'not three lines');
    fails(/^(0|[1-9]\d*)$/.test(size) && Number.isSafeInteger(Number(size)) && hash && hash.length === 32, 'not a size and a root');
    return { origin, size: Number(size), root: hash, checked: !results.includes(null) };
  }

  // CBOR as leaves and details have it: definite lengths, shortest forms.
  class Cbor {
    constructor(data) {
      this.data = data;
      this.at = 0;
    }
    some(length) {
      const end = this.at + Number(length);
      if (end > this.data.length) throw new Error('it ends within an item');
      const part = this.data.subarray(this.at, end);
      this.at = end;
      return part;
    }
    head() {
      const [first] = this.some(1);
      const short = first & 31;
      if (short < 24) return [first >> 5, short];
      if (short > 27) throw new Error('a length that is not allowed');
      const value = this.some(2 ** (short - 24)).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
      if (value < [24n, 0x100n, 0x10000n, 0x100000000n][short - 24]) throw new Error('not the shortest form');
      return [first >> 5, value <= Number.MAX_SAFE_INTEGER ? Number(value) : value];
    }
    of(wanted) {
      const [major, value] = this.head();
      if (major !== wanted) throw new Error('an item of another type');
      return value;
    }
    array() {
      return this.of(4);
    }
    uint(most = Infinity) {
      const value = this.of(0);
      if (value > most) throw new Error('a number that is too large');
      return value;
    }
    code(most) {
      const value = this.uint(most);
      if (value < 1) throw new Error('a code that is not given');
      return value;
    }
    bytes(length) {
      const value = this.some(this.of(2));
      if (value.length !== length) throw new Error('bytes of another length');
      return value;
    }
    text() {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.some(this.of(3)));
    }
    null() {
      if (this.data[this.at] !== 0xf6) return false;
      this.at += 1;
      return true;
    }
    skip() {
      if (this.null()) return;
      const [major, value] = this.head();
      if (major === 2 || major === 3) this.some(value);
      else if (major !== 0) throw new Error('an item of another type');
    }
    end() {
      if (this.at !== this.data.length) throw new Error('something follows');
    }
  }
  const U32 = 0xffffffff;

  function accessLeaf(data) {
    const from = new Cbor(data);
    if (from.array() !== 11 || from.uint() !== 1) throw new Error('not an access leaf of version 1');
    const leaf = {
      kind: from.code(11), basis: from.code(8), hour: from.uint(U32), district: from.uint(U32), class: from.code(15),
      organisation: from.uint(), purpose: from.code(21), policy: from.bytes(32), subject: from.bytes(16), detail: from.bytes(32),
    };
    from.end();
    return leaf;
  }
  function dayRoot(data) {
    const from = new Cbor(data);
    if (from.array() !== 5 || from.uint() !== 1 || from.uint() !== 19) throw new Error('not a day root');
    const root = { day: from.uint(U32), count: Number(from.uint()), root: from.bytes(32) };
    from.end();
    return root;
  }
  function readDetail(data) {
    const from = new Cbor(data);
    const items = from.array();
    if (items < 10 || items > 32) throw new Error('not 10 to 32 items');
    const detail = {
      at: from.uint(), class: from.text(), basis: from.text(), purpose: from.text(), bits: from.uint(U32), organisation: from.uint(),
      district: from.uint(U32), staff: from.text(), device: from.text(), request: from.text(),
      reason: items > 10 && !from.null() ? from.text() : null,
    };
    for (let more = 11; more < items; more += 1) from.skip();
    from.end();
    return detail;
  }
  const attempt = (read, data, check, place) => {
    try {
      return read(data);
    } catch (error) {
      throw new Fault(check, place, error.message);
    }
  };

  // RFC 6962 section 2.1, with the next hash for each subtree of which no leaf is known. Null when that is no proof.
  function rootOver(size, leaves, hashes) {
    const known = [...leaves.keys()].sort((one, other) => one - other);
    if (!known.length) return hashes.length ? null : sha256();
    if (known[known.length - 1] >= size) return null;
    let used = 0;
    const over = (first, end, low, high) => {
      if (low === high) {
        used += 1;
        return hashes[used - 1] || null;
      }
      if (end - first === 1) return leaves.get(known[low]);
      let width = 1;
      while (width * 2 < end - first) width *= 2;
      const middle = first + width;
      let between = low;
      while (between < high && known[between] < middle) between += 1;
      const left = over(first, middle, low, between);
      const right = over(middle, end, between, high);
      return left && right && nodeHash(left, right);
    };
    const root = over(0, size, 0, known.length);
    return used === hashes.length ? root : null;
  }
  function knownLeaves(placed, check, place) {
    const known = new Map();
    for (const [at, leaf] of placed) {
      const hash = leafHash(leaf);
      must(!known.has(at) || same(known.get(at), hash), check, place, `two different leaves are said to stand at ${at}`);
      known.set(at, hash);
    }
    return known;
  }
  const leadsTo = (root, size, leaves, hashes) => {
    const found = rootOver(size, leaves, hashes);
    return found !== null && same(found, root);
  };

  // Everything of one extract that the steps share.
  class Book {
    constructor(extract, keys) {
      Object.assign(this, { extract, keys });
    }
    async tag(day, i) {
      const message = new Uint8Array(8);
      const view = new DataView(message.buffer);
      view.setUint32(0, day);
      view.setUint32(4, i);
      const mac = await crypto.subtle.sign('HMAC', this.keys.get(day), message);
      return new Uint8Array(mac).subarray(0, 16);
    }
  }

  async function openHead(extract, trusted) {
    const verifier = await verifierKey(extract.key);
    shape(verifier, 'its key is not a verifier key');
    // The first checks of docs/extract.md, in its order.
    shape(extract.from <= extract.to && extract.to - extract.from < MAX_DAYS, 'it is about no day, or too many');
    must(verifier.name === extract.origin, 'origin', 'file', 'its key is of another log');
    must(!trusted.key || trusted.key === extract.key, 'key', 'file', 'its key is not the trusted one');
    const head = await openNote(extract.checkpoint, verifier, 'signature');
    if (trusted.checkpoint) {
      const known = await openNote(trusted.checkpoint, verifier, 'checkpoint');
      must(known.size === head.size && same(known.root, head.root), 'checkpoint', 'file', 'it is not the trusted one');
    }
    return head;
  }

  // Of each day its key.
  async function viewKeys({ view_keys: given, from, to }) {
    const right = (holds, why) => must(holds, 'month', 'file', why);
    const inOrder = given.every((key, at) => at === 0 || given[at - 1].from < key.from);
    right(given.length > 0 && given[0].from === from && inOrder, 'the keys are not in order from its first day');
    right(given[given.length - 1].from <= to, 'a key is of later days');
    const begins = new Set(given.map((key) => key.from));
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    const imported = await Promise.all(given.map((key) => crypto.subtle.importKey('raw', key.key, hmac, false, ['sign'])));
    const keys = new Map();
    let at = -1;
    for (let day = from; day <= to; day += 1) {
      if (begins.has(day)) at += 1;
      right(day === from || begins.has(day) || !date(day).endsWith('-01'), 'a month has no key of its own');
      keys.set(day, imported[at]);
    }
    return keys;
  }

  function checkDays({ days, open, from, to }) {
    const seen = new Set();
    let expected = from;
    for (const day of [...days.map((rooted) => rooted.day), ...open]) {
      must(!seen.has(day), 'day', ofDay(day), 'it is there twice');
      must(expected <= to, 'day', ofDay(day), 'it is after the last day');
      must(day === expected, 'day', ofDay(expected), 'it is left out, or not in order');
      seen.add(day);
      expected += 1;
    }
    must(expected > to, 'day', ofDay(expected), 'it is left out');
    if (open.length > MOST_OPEN) must(false, 'day', ofDay(open[0]), 'more than two days without a root');
  }

  function checkNumbers({ entries, from, to }) {
    let before = null;
    for (const entry of entries) {
      const number = (holds, why) => must(holds, 'number', ofEntry(entry), why);
      number(entry.day >= from && entry.day <= to, 'it is of another day');
      number(!before || (before.index < entry.index && before.day <= entry.day), 'it is not in order');
      number(entry.i === (before && before.day === entry.day ? before.i + 1 : 0), 'one is left out, or there twice');
      before = entry;
    }
  }

  function agree(detail, leaf, place) {
    const at = BigInt(detail.at) / 1000000n;
    const hour = (at + BigInt(KOLKATA)) / 3600n;
    const code = (words, word) => (has(words, word) ? words[word] : 0);
    const said = [
      [code(CLASSES, detail.class) === leaf.class, 'who acted'],
      [code(BASES, detail.basis) === leaf.basis, 'the basis'],
      [code(PURPOSES, detail.purpose) === leaf.purpose, 'the purpose'],
      [detail.organisation === leaf.organisation, 'the organisation'],
      [detail.district === leaf.district, 'the district'],
      [hour === BigInt(leaf.hour), 'the hour'],
    ];
    for (const [holds, what] of said) must(holds, 'words', place, `detail and leaf say different things about ${what}`);
  }

  async function checkEntry(book, entry) {
    const place = ofEntry(entry);
    const leaf = attempt(accessLeaf, entry.leaf, 'leaf', place);
    must(Math.floor(leaf.hour / 24) === entry.day, 'leaf', place, 'it is of another day');
    must(same(leaf.subject, await book.tag(entry.day, entry.i)), 'tag', place, 'it is about somebody else');
    must(same(leaf.detail, sha256(entry.salt, entry.detail)), 'detail', place, 'the leaf was made over another detail');
    const detail = attempt(readDetail, entry.detail, 'detail', place);
    agree(detail, leaf, place);
    const { bits, ...told } = detail;
    const names = [...Array(32).keys()].filter((bit) => Math.floor(bits / 2 ** bit) % 2 === 1);
    const fields = names.map((bit) => FIELDS[bit] || `field_${bit}`);
    return { index: entry.index, day: entry.day, kind: KINDS[leaf.kind - 1], fields, ...told, at: Number(detail.at) };
  }

  async function checkDay(book, rooted, before) {
    const place = ofDay(rooted.day);
    const root = attempt(dayRoot, rooted.leaf, 'leaf', place);
    must(root.day === rooted.day, 'leaf', place, 'it is the root of another day');
    const own = book.extract.entries.filter((entry) => entry.day === rooted.day);
    const earlier = [before, ...own].filter(Boolean);
    must(earlier.every((one) => one.index < rooted.index), 'day', place, 'its root stands before what it should follow');
    must(rooted.present.length === own.length, 'present', place, 'there are more or fewer places than entries');
    const { left, right } = rooted;
    const tags = [left, right].filter(Boolean).map((one) => [one.place, one.tag]);
    for (const [i, at] of rooted.present.entries()) tags.push([at, await book.tag(rooted.day, i)]);
    const known = knownLeaves(tags, 'present', place);
    must(leadsTo(root.root, root.count, known, rooted.hashes), 'present', place, 'its tags do not lead to the root of the day');
    const next = hex(await book.tag(rooted.day, own.length));
    const above = !left || hex(left.tag) < next;
    const below = !right || next < hex(right.tag);
    const beside = (left ? left.place + 1 : 0) === (right ? right.place : root.count);
    const empty = left || right || same(root.root, sha256());
    must(above && below && beside && empty, 'absent', place, 'the neighbours do not enclose the next tag');
  }

  function checkInclusion({ entries, days, hashes }, { size, root }) {
    const known = knownLeaves([...entries, ...days].map((one) => [one.index, one.leaf]), 'inclusion', 'file');
    const holds = (!known.size && !hashes.length) || leadsTo(root, size, known, hashes);
    must(holds, 'inclusion', 'file', 'its leaves do not lead to the root of the checkpoint');
  }

  // All at once, and the first that failed in the order of the file.
  async function all(items, check) {
    const settled = await Promise.allSettled(items.map(check));
    const failed = settled.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    return settled.map((one) => one.value);
  }

  function quiet(days, entries) {
    const busy = new Set(entries.map((entry) => entry.day));
    const runs = [];
    for (const { day } of days.filter((one) => !busy.has(one.day))) {
      const run = runs[runs.length - 1];
      if (run && run[1] + 1 === day) run[1] = day;
      else runs.push([day, day]);
    }
    return runs;
  }

  /**
   * Checks the text of a file. `trusted` may have the log's key and a checkpoint known from elsewhere. Answers with what
   * holds, or throws a Fault. `signature` is false where the browser has no Ed25519: then only the rest was checked.
   */
  async function verify(file, trusted = {}) {
    const extract = parse(file);
    const head = await openHead(extract, trusted);
    const book = new Book(extract, await viewKeys(extract));
    checkDays(extract);
    checkNumbers(extract);
    const entries = await all(extract.entries, (entry) => checkEntry(book, entry));
    await all(extract.days, (day, at) => checkDay(book, day, extract.days[at - 1]));
    checkInclusion(extract, head);
    return {
      origin: head.origin, key: extract.key, size: head.size, from: extract.from, to: extract.to, entries,
      complete: extract.days.map((rooted) => rooted.day), open: extract.open, quiet: quiet(extract.days, entries), signature: head.checked,
    };
  }

  return { unpack, verify, Fault, MAX_BYTES, WORDS: { class: CLASSES, basis: BASES, purpose: PURPOSES, fields: FIELDS } };
})();
