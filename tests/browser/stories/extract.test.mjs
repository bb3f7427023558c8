// A list of accesses is checked in the browser of whoever is given it: every case of the vectors, told in words in both
// languages, without a request; a year in a log of a hundred million, with the time that it took; and without a script.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { booked } from '../citizen.mjs';
import { at, program } from '../demo.mjs';
import { fileOf, vectors } from '../extract.mjs';
import { keyboard } from '../keyboard.mjs';
import { year } from '../year.mjs';

const PAGE = '/verify/accesses';
const folder = mkdtempSync(join(tmpdir(), 'extract-'));
let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

function kept(name, text) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Chooses a file and has it checked. */
async function check(page, path, key = '') {
  await page.locator('#extract-file').setInputFiles(path);
  await page.locator('#extract-key').fill(key);
  await page.locator('#extract-check').click();
  await page.locator('#extract-said .done, #extract-said .care').waitFor();
  return await page.locator('#extract').innerText();
}

test('each case is judged in the browser as the vectors say', async () => {
  const page = await phone(browser);
  await page.goto(at(PAGE));
  const judge = async ([file, known]) => {
    try {
      await pramaanExtract.verify(file, known);
      return null;
    } catch (fault) {
      return fault.check ? `${fault.check} ${fault.place}` : String(fault.stack);
    }
  };
  for (const one of vectors.cases) {
    const said = await page.evaluate(judge, [fileOf(one), { key: one.key, checkpoint: one.checkpoint }]);
    assert.equal(said, one.fails, one.name);
  }
});

test('a list is told in words, in both languages, and nothing is sent', async () => {
  const good = kept('pramaan-accesses.json', JSON.stringify(vectors.extracts.good));
  const dropped = vectors.cases.find(({ name }) => name === 'the only entry and its proof left out');
  const bad = kept('dropped.json', fileOf(dropped));
  const page = await phone(browser);
  await page.goto(at(PAGE));
  await axe(page);
  await at360(page);
  await keyboard(page);
  await page.goto(at(PAGE));
  const asked = [];
  // The icon of the page may come late; it is the same for everybody.
  page.on('request', (request) => { if (!request.url().includes('/assets/mark-')) asked.push(request.url()); });
  const held = await check(page, good, vectors.extracts.good.key);
  assert.match(held, /All 3 entries are in the public log, and these are all there are from 30 October 2026 to 4 November 2026/);
  assert.match(held, /Not shown yet for 5 November 2026, 6 November 2026/);
  assert.match(held, /Nobody looked: 30 October 2026, 1 November 2026 to 2 November 2026, 4 November 2026/);
  assert.match(held, /Of those days the file has 4 entries/);
  assert.match(held, /signed with the key that you gave/);
  assert.match(held, /Vaccinator, staff code MH395-0007/);
  assert.match(held, /Lost her slip; known at the centre/);
  await axe(page);
  await at360(page);
  await screenshot(page, 'extract-holds');
  // Without a key from elsewhere: a file that this installation's log did not sign is no proof here.
  const foreign = await check(page, good);
  assert.match(foreign, /It agrees with itself, but it is not signed by this log/);
  assert.doesNotMatch(foreign, /It holds/);
  const broken = await check(page, bad);
  assert.match(broken, /This list does not hold/);
  assert.match(broken, /3 November 2026: It is not shown that there are no other entries of this day/);
  await axe(page);
  await at360(page);
  await screenshot(page, 'extract-fails');
  const nothing = await check(page, kept('empty.json', '{}'));
  assert.match(nothing, /not a list that this page can read/);
  assert.deepEqual(asked, [], 'nothing is sent');

  await page.goto(at('/language/hi'));
  await page.goto(at(PAGE));
  const hindi = await check(page, bad);
  assert.match(hindi, /यह सूची सही नहीं है/);
  assert.match(hindi, /नवंबर 2026: यह साबित नहीं/);
  await check(page, good);
  await axe(page);
  await at360(page);
});

test('a year in a log of a hundred million holds, for the browser and for the program', async () => {
  const page = await phone(browser);
  await page.goto(at(PAGE));
  for (const every of [73, 1]) {
    const file = year(every);
    assert.ok(file.length <= 1_000_000, `${file.length} bytes`);
    const measure = async (packed) => {
      const began = performance.now();
      const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
      const held = await pramaanExtract.verify(await pramaanExtract.unpack(bytes));
      return { took: performance.now() - began, entries: held.entries.length, days: held.complete.length, signature: held.signature };
    };
    const { took, ...held } = await page.evaluate(measure, file.toString('base64'));
    assert.deepEqual(held, { entries: Math.ceil(365 / every), days: 365, signature: true });
    assert.ok(took < 2_000, `${took} ms`);
    console.log(`a year with ${held.entries} entries: ${file.length} bytes, checked in ${Math.round(took)} ms`);
    const said = execFileSync(program(), ['log', 'verify-extract', kept(`year-${every}.json.gz`, file)], { encoding: 'utf8' });
    assert.match(said, /COMPLETE from 2025-12-01 to 2026-11-30/);
  }
});

/** What a click downloads; once more when the log has not published yet what it is about. */
async function download(page, click) {
  const here = page.url();
  for (let tries = 0; tries < 20; tries += 1) {
    const [file] = await Promise.all([page.waitForEvent('download', { timeout: 2_000 }).catch(() => null), click()]);
    if (file) return file;
    assert.match(await page.locator('main').innerText(), /In the public log within a second or so|has not published its log yet/);
    await page.goto(here);
  }
  throw new Error('it is never published');
}

const told = (...words) => execFileSync(program(), ['log', ...words], { encoding: 'utf8' });

test('a person takes a receipt and the list home, and makes the view key anew', async () => {
  const { page } = await booked(browser, 'Sarojini Naik');
  await page.goto(at('/log/key'));
  const key = (await page.locator('body').innerText()).trim();
  await page.goto(at('/household/1/access'));
  const receipt = await download(page, async () => {
    await page.locator('main > details > summary').first().click();
    await page.locator('details details > summary').first().click();
    await page.locator('a[href$="/receipt"]:visible').first().click();
  });
  assert.match(receipt.suggestedFilename(), /^pramaan-receipt-\d+\.txt$/);
  const proof = kept('receipt.txt', readFileSync(await receipt.path()));
  assert.match(told('verify-proof', proof, '--key', key), /HOLDS: .*\n {2}(disclosure|contact-changed), on .* by (citizen|machine-job), for /);

  await page.goto(at('/household/1/access/extract'));
  const taken = await download(page, () => page.locator('main form button[type="submit"]').click());
  assert.equal(taken.suggestedFilename(), 'pramaan-accesses.json.gz');
  const list = kept('pramaan-accesses.json.gz', readFileSync(await taken.path()));
  assert.match(told('verify-extract', list, '--key', key), /HOLDS/);
  const reader = await phone(browser);
  await reader.goto(at(PAGE));
  assert.match(await check(reader, list, key), /signed with the key that you gave/);

  await page.goto(at('/household/1/access/extract'));
  await page.locator('a[href$="/access/view-key"]').click();
  await axe(page);
  await at360(page);
  await page.locator('#renew').click();
  assert.match(await page.locator('main').innerText(), /From .* on there is a new view key/);
  await axe(page);
  await at360(page);
  await screenshot(page, 'view-key-done');
  await page.locator('#renew').click();
  assert.match(await page.locator('main').innerText(), /A new key begins tomorrow already/);
  await page.goto(at('/language/hi'));
  await page.goto(at('/household/1/access/view-key'));
  assert.match(await page.locator('main').innerText(), /देखने की कुंजी/);
  await axe(page);
  await at360(page);
});

test('without a script the page names the program', async () => {
  const page = await phone(browser, { javaScriptEnabled: false });
  await page.goto(at(PAGE));
  assert.match(await page.locator('main').innerText(), /pramaan log verify-extract pramaan-accesses\.json\.gz/);
  assert.equal(await page.locator('#extract-file').isVisible(), false);
  await axe(page);
  await at360(page);
});
