// A year of a person in a log of a hundred million entries, as an extract that holds. The trees are sparse: a subtree without
// anything of the person has a hash that is made up, which is what a whole log would look like to whoever has only the paths.
import { createHash, createHmac, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';

const SIZE = 100_000_000;
const DAYS = 365;
const DAY = Math.floor(SIZE / DAYS);
const TAGS = DAY - 1;
const ORIGIN = 'log.example/year';
/** 2025-12-01. */
export const FROM = 20_423;

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const leafHash = (leaf) => sha256(Buffer.of(0), leaf);
const month = (day) => new Date(day * 86_400_000).toISOString().slice(0, 7);
const u32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

// CBOR, as far as leaves and details go.
function head(major, value) {
  if (value < 24) return Buffer.of((major << 5) | value);
  const width = value < 0x100 ? 1 : value < 0x10000 ? 2 : value < 0x100000000 ? 4 : 8;
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return Buffer.concat([Buffer.of((major << 5) | (24 + Math.log2(width))), bytes.subarray(8 - width)]);
}
const item = (value) => {
  if (typeof value === 'number') return head(0, value);
  const bytes = Buffer.from(value);
  return Buffer.concat([head(typeof value === 'string' ? 3 : 2, bytes.length), bytes]);
};
const array = (...items) => Buffer.concat([head(4, items.length), ...items.map(item)]);

/** A tree of `size` leaves of which some are known: `known` maps places to hashes. */
class Sparse {
  constructor(name, size, known) {
    Object.assign(this, { name, size, known: [...known].sort(([one], [other]) => one - other), made: new Map() });
  }

  find(from) {
    let [low, high] = [0, this.known.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.known[middle][0] < from) low = middle + 1;
      else high = middle;
    }
    return this.known[low];
  }

  /** The root over the leaves `from..to` (RFC 6962 section 2.1). */
  over(from, to) {
    const id = `${from} ${to}`;
    if (!this.made.has(id)) this.made.set(id, this.compute(from, to, id));
    return this.made.get(id);
  }

  compute(from, to, id) {
    const first = this.find(from);
    if (!first || first[0] >= to) return sha256(`${this.name} ${id}`);
    if (to - from === 1) return first[1];
    const middle = from + this.split(to - from);
    return sha256(Buffer.of(1), this.over(from, middle), this.over(middle, to));
  }

  split(count) {
    return 2 ** Math.ceil(Math.log2(count) - 1);
  }

  /** The hashes of the largest subtrees in which nothing is known, from left to right. */
  shared(from = 0, to = this.size) {
    const first = this.find(from);
    if (!first || first[0] >= to) return [this.over(from, to)];
    if (to - from === 1) return [];
    const middle = from + this.split(to - from);
    return [...this.shared(from, middle), ...this.shared(middle, to)];
  }

  root() {
    return this.over(0, this.size);
  }
}

function signer() {
  const seed = Buffer.alloc(32, 42);
  const key = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const id = sha256(`${ORIGIN}\n`, Buffer.of(1), raw).subarray(0, 4);
  const vkey = `${ORIGIN}+${id.toString('hex')}+${Buffer.concat([Buffer.of(1), raw]).toString('base64')}`;
  const note = (text) => `${text}\n\u2014 ${ORIGIN} ${Buffer.concat([id, sign(null, Buffer.from(text), key)]).toString('base64')}\n`;
  return { vkey, note };
}

const monthKey = (day) => {
  const [year, number] = month(day).split('-').map(Number);
  const name = Buffer.from('pramaan month key v1');
  return createHmac('sha256', Buffer.alloc(32, 7)).update(Buffer.concat([name, Buffer.of(year >> 8, year & 255, number)])).digest();
};
const tag = (day, i) => createHmac('sha256', monthKey(day)).update(Buffer.concat([u32(day), u32(i)])).digest().subarray(0, 16);
const standing = (of) => 1 + Math.floor((of.readUInt32BE(0) / 2 ** 32) * (TAGS - 3));
function beside(of, step) {
  const made = Buffer.from(of);
  made.writeBigUInt64BE(BigInt.asUintN(64, made.readBigUInt64BE(8) + step), 8);
  return made;
}

function entry(index, day) {
  const detail = array((day * 86_400 + 11 * 3_600 - 19_800) * 1_000_000, 'vaccinator', 'site_evidence', 'vaccination', 0x1ff, 1_205, 395,
    'MH395-0007', '0f8fad5bd9cb469fa165', 'POST /staff/record/{place}');
  const salt = leafHash(u32(index));
  const leaf = array(1, 1, 2, day * 24 + 11, 395, 2, 1_205, 4, sha256('policy'), tag(day, 0), sha256(salt, detail));
  return { index, day, i: 0, leaf, salt, detail };
}

function rooted(index, day, own) {
  const next = tag(day, own);
  const at = standing(next);
  const [left, right] = [beside(next, -1n), beside(next, 1n)];
  const known = new Map([[at, leafHash(left)], [at + 1, leafHash(right)]]);
  if (own) known.set(standing(tag(day, 0)), leafHash(tag(day, 0)));
  const tree = new Sparse(day, TAGS, known);
  return {
    day, index, leaf: array(1, 19, day, TAGS, tree.root()), present: own ? [standing(tag(day, 0))] : [],
    left: { tag: left, place: at }, right: { tag: right, place: at + 1 }, hashes: tree.shared(),
  };
}

/** The packed file of the extract: an entry on every day whose number is a multiple of `every`. */
export function year(every = 73) {
  const [entries, days] = [[], []];
  for (let n = 0; n < DAYS; n += 1) {
    const own = n % every === 0 ? 1 : 0;
    if (own) entries.push(entry(n * DAY + ((n * 7_919) % TAGS), FROM + n));
    days.push(rooted(n * DAY + TAGS, FROM + n, own));
  }
  const tree = new Sparse('log', SIZE, [...entries, ...days].map((one) => [one.index, leafHash(one.leaf)]));
  const { vkey, note } = signer();
  const text = (bytes) => bytes.toString('base64');
  const joined = (hashes) => text(Buffer.concat(hashes));
  const tagged = (one) => ({ ...one, tag: text(one.tag) });
  const begins = (day) => day === FROM || month(day) !== month(day - 1);
  return gzipSync(JSON.stringify({
    format: 'pramaan-accesses/1', origin: ORIGIN, key: vkey, checkpoint: note(`${ORIGIN}\n${SIZE}\n${text(tree.root())}\n`),
    from: FROM, to: FROM + DAYS - 1,
    view_keys: days.map(({ day }) => day).filter(begins).map((from) => ({ from, key: text(monthKey(from)) })),
    hashes: joined(tree.shared()),
    entries: entries.map((one) => ({ ...one, leaf: text(one.leaf), salt: text(one.salt), detail: text(one.detail) })),
    days: days.map((one) => ({
      ...one, leaf: text(one.leaf), left: tagged(one.left), right: tagged(one.right), hashes: joined(one.hashes),
    })),
    open: [],
  }), { level: 9 });
}
