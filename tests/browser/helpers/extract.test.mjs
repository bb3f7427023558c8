// The script that checks extracts, without a browser: every case of the vectors, and a year in a log of a hundred million.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';

import { fileOf, judged, script, vectors } from '../extract.mjs';
import { FROM, year } from '../year.mjs';

const loaded = (more = '') => new Function(`${script.replace('return { verify,', `return { ${more} verify,`)}; return pramaanExtract;`)();
const { verify, WORDS } = loaded();

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
  const file = year();
  assert.ok(file.length < 1_000_000, `${file.length} bytes`);
  const held = await verify(file);
  assert.equal(held.entries.length, 5);
  assert.equal(held.complete.length, 365);
  assert.deepEqual(held.quiet[0], [FROM + 1, FROM + 72]);
  const changed = JSON.parse(file);
  changed.hashes = (changed.hashes[0] === 'A' ? 'B' : 'A') + changed.hashes.slice(1);
  assert.equal(await judged(verify, JSON.stringify(changed), {}), 'inclusion entry 0');
});
