// The script that checks extracts, without a browser: every case of the vectors, and a year in a log of a hundred million.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { fileOf, judged, script, vectors } from '../extract.mjs';
import { FROM, year } from '../year.mjs';

const loaded = (more = '') => new Function(`${script.replace('return { unpack,', `return { ${more} unpack,`)}; return pramaanExtract;`)();
const { unpack, verify, WORDS } = loaded();

test('each case of the vectors is judged as they say', async () => {
  assert.ok(vectors.cases.length > 80);
  for (const one of vectors.cases) assert.equal(await judged(verify, fileOf(one), one), one.fails, one.name);
});

test('the words are those of the vectors', () => {
  assert.deepEqual(WORDS, vectors.words);
});

test('its SHA-256 is everybody’s', () => {
  const { sha256 } = loaded('sha256,');
  for (let length = 0; length < 300; length += 1) {
    const bytes = randomBytes(length);
    assert.equal(Buffer.from(sha256(bytes)).toString('hex'), createHash('sha256').update(bytes).digest('hex'), `${length} bytes`);
  }
});

test('a year in a log of a hundred million holds, and one changed hash in it does not', async () => {
  for (const every of [73, 1]) {
    const file = year(every);
    assert.ok(file.length <= 1_000_000, `${file.length} bytes`);
    const text = await unpack(file);
    const held = await verify(text);
    assert.equal(held.entries.length, Math.ceil(365 / every));
    assert.equal(held.complete.length, 365);
    if (every === 73) assert.deepEqual(held.quiet[0], [FROM + 1, FROM + 72]);
    const changed = JSON.parse(text);
    changed.hashes = (changed.hashes[0] === 'A' ? 'B' : 'A') + changed.hashes.slice(1);
    assert.equal(await judged(verify, JSON.stringify(changed), {}), 'inclusion file');
  }
});

test('a packed file is whole and not too large', async () => {
  const whole = gzipSync(JSON.stringify(vectors.extracts.good));
  assert.equal(await judged(async (file) => verify(await unpack(file)), whole, {}), null);
  const bomb = gzipSync(Buffer.alloc(9 << 20, ' '));
  for (const bad of [whole.subarray(0, -1), Buffer.concat([whole, Buffer.from(' ')]), bomb]) {
    assert.equal(await judged(unpack, bad, {}), 'format file');
  }
});
