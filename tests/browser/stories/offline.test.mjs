// The nurse's day with a bad line: twenty doses, the line cut before a post arrives and between its commit and its answer,
// the page loaded again, a wrong PIN. None is lost, none is there twice, and the phone's store shows nobody.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { check } from '../checks.mjs';
import { line } from '../line.mjs';
import { logIn } from '../nurse.mjs';
import { nurseOnDuty, sendLogIn } from '../staff.mjs';

const NURSE = 'MH395-0007';
const PIN = '271828';
const DOSES = 20;
let browser;
let wire;
before(async () => { browser = await chromium(); wire = await line(); });
after(async () => { await browser.close(); await wire.close(); });

const there = (path) => wire.address + path;
const count = (page) => page.locator('#offline-count').innerText();
const status = (page, text) => page.locator('#offline-status', { hasText: text }).waitFor({ timeout: 30_000 });

async function unlock(page, pin, again = '') {
  await page.locator('#offline-pin').fill(pin);
  if (again) await page.locator('#offline-again').fill(again);
  await page.locator('#offline-door button[type="submit"]').click();
}

const person = (n) => ({ name: `Vimalabai Offline${n}`, document: `OFF${String(Date.now()).slice(-7)}${n}` });

async function type(page, { name, document }) {
  await page.locator('input[name="who"][value="new"]').check();
  await page.locator('input[name="consent"]').check();
  await page.locator('#name').fill(name);
  await page.locator('#birth_year').fill('1961');
  await page.locator('input[name="gender"]').first().check();
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill(document);
  await page.locator('#vaccine').selectOption('COVISHIELD');
  await page.locator('#batch').fill('4121Z025');
  await page.locator('input[name="site"]').first().check();
}

/** Types it, reads it back in large letters, keeps it. */
async function give(page, somebody) {
  await type(page, somebody);
  await page.locator('#offline-fields button[type="submit"]').click();
  const read = await page.locator('#offline-what').innerText();
  assert.match(read, new RegExp(somebody.name));
  assert.match(read, /4121Z025/);
  await page.locator('#offline-save').click();
  await page.locator('#offline-fields').waitFor();
}

/** Everything in the browser's database, byte for byte. */
async function dump(page) {
  return await page.evaluate(async () => {
    const db = await new Promise((done) => { indexedDB.open('pramaan-offline').onsuccess = (event) => done(event.target.result); });
    const parts = [];
    for (const name of db.objectStoreNames) {
      const rows = await new Promise((done) => {
        db.transaction(name).objectStore(name).getAll().onsuccess = (event) => done(event.target.result);
      });
      for (const row of rows) {
        for (const value of Object.values(row)) {
          parts.push(value instanceof Uint8Array ? Array.from(value, (byte) => String.fromCharCode(byte)).join('') : String(value));
        }
      }
    }
    db.close();
    return parts.join('\n');
  });
}

async function held(page) {
  await page.goto(there('/staff/held-dose'));
  const lines = await page.locator('main li', { hasText: 'from a phone' }).allInnerTexts();
  return { all: lines.length, recorded: lines.filter((one) => one.includes('recorded')).length };
}

test('offline: twenty doses over a line that is cut, none lost and none twice', async () => {
  const page = await phone(browser);
  await logIn(page, NURSE, wire.address);
  const before = await held(page);
  await page.goto(there('/staff/offline'));
  await check(page);
  await unlock(page, PIN, PIN);
  await status(page, 'Ready');
  await check(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  const people = Array.from({ length: DOSES }, (_, n) => person(n));

  await give(page, people[0]);
  await status(page, 'All was sent');
  assert.match(await page.locator('#offline-sent').innerText(), /H-\d+/);
  await screenshot(page, 'offline-sent');

  wire.cut('before');
  for (const somebody of people.slice(1, 6)) await give(page, somebody);
  await status(page, 'No line');
  assert.match(await count(page), /5/);
  await screenshot(page, 'offline-unsent');

  // The page is there without a line, and what is kept too; a wrong PIN shows nothing and loses nothing.
  await page.goto(there('/staff/offline'));
  await page.locator('#offline-door').waitFor();
  assert.match(await count(page), /5/);
  await unlock(page, '000000');
  await status(page, 'Wrong PIN');
  assert.equal(await page.locator('#offline-open').isVisible(), false);
  await check(page);
  const kept = await dump(page);
  assert.ok(kept.length > 1000, 'the search sees what is kept');
  for (const planted of ['Vimalabai', 'OFF', '4121Z025', 'COVISHIELD', '1961', NURSE, PIN]) {
    assert.ok(!kept.includes(planted), `${planted} stands in the browser's database`);
  }
  await unlock(page, PIN);
  await status(page, 'No line');
  assert.match(await count(page), /5/);

  // The answer is lost after the commit: sent again, it is the same.
  wire.cut('answer', '/staff/offline/doses');
  await page.locator('#offline-send').click();
  await page.waitForTimeout(1_000);
  await status(page, 'No line');
  assert.ok(wire.posts.includes('/staff/offline/doses'), 'it had arrived');
  assert.match(await count(page), /5/, 'the phone knows of no answer');
  for (const somebody of people.slice(6, 12)) await give(page, somebody);
  wire.mend();
  for (const somebody of people.slice(12)) await give(page, somebody);
  await page.locator('#offline-count', { hasText: /\b0\b/ }).waitFor();
  await check(page);

  assert.equal((await held(page)).all - before.all, DOSES, 'each once');
  let now = await held(page);
  for (let minute = 0; minute < 150 && now.recorded - before.recorded < DOSES; minute += 3) {
    await page.waitForTimeout(3_000);
    now = await held(page);
  }
  assert.equal(now.recorded - before.recorded, DOSES, 'registered and recorded by themselves');
  await check(page);
  await page.goto(there('/language/hi'));
  await page.goto(there('/staff/offline'));
  await check(page);
});

test('offline: what is refused stays with the reason and can be corrected, and another login sends nothing', async () => {
  const page = await phone(browser);
  await logIn(page, 'MH395-0008', wire.address);
  await page.goto(there('/staff/offline'));
  await unlock(page, PIN, PIN);
  await status(page, 'Ready');
  const somebody = person('R');
  await type(page, { ...somebody, name: '12345' });
  await page.locator('#offline-fields button[type="submit"]').click();
  await page.locator('#offline-save').click();
  await status(page, 'refused');
  await check(page);
  await screenshot(page, 'offline-refused');
  await page.locator('#offline-list button').click();
  await page.locator('#name').fill(somebody.name);
  await page.locator('#offline-fields button[type="submit"]').click();
  await page.locator('#offline-save').click();
  await status(page, 'All was sent');

  wire.cut('before');
  await give(page, person('S'));
  await status(page, 'No line');
  wire.mend();
  await page.context().clearCookies();
  await page.locator('#offline-send').click();
  await status(page, 'Log in again');
  assert.match(await count(page), /1/, 'it stays');
});

/** A nurse of this story's own, at the page, and the page's clock in our hands. */
async function atThePage(pin) {
  const { nurse } = await nurseOnDuty(browser);
  const page = await phone(browser);
  await page.clock.install();
  await page.goto(there('/staff/login'));
  await sendLogIn(page, nurse);
  await page.goto(there('/staff/offline'));
  await unlock(page, pin, pin);
  await status(page, 'Ready');
  return { page, nurse };
}

test('offline: what is being typed is still there after the lock of two minutes, for who typed it alone', async () => {
  const { page, nurse } = await atThePage('314159');
  assert.ok((await page.locator('#offline-whose').innerText()).includes(nurse.code), 'as whose it is kept');
  await check(page);
  const somebody = person('L');
  await type(page, somebody);
  await page.clock.fastForward(121_000);
  await status(page, 'Locked');
  assert.equal(await page.locator('#name').isVisible(), false);
  await unlock(page, '314159');
  await status(page, 'Ready');
  assert.equal(await page.locator('#name').inputValue(), somebody.name);
  assert.equal(await page.locator('#document_number').inputValue(), somebody.document);

  // Another nurse on this phone, with the same PIN: her login says whose it is, and the form is hers, empty.
  await page.locator('#offline-lock').click();
  const other = (await nurseOnDuty(browser)).nurse;
  await page.context().clearCookies();
  const login = await page.context().newPage();
  await login.goto(there('/staff/login'));
  await sendLogIn(login, other);
  await login.close();
  await unlock(page, '314159');
  await status(page, 'Ready');
  assert.ok((await page.locator('#offline-whose').innerText()).includes(other.code));
  assert.equal(await page.locator('#name').inputValue(), '', 'what another typed is erased');

  // Without a line the PIN alone does not say whose it is: she does.
  await page.locator('#offline-lock').click();
  wire.cut('before');
  await unlock(page, '314159');
  await page.locator('#offline-which button', { hasText: nurse.code }).waitFor();
  await check(page);
  await page.locator('#offline-which button', { hasText: other.code }).click();
  await status(page, 'Ready');
  assert.ok((await page.locator('#offline-whose').innerText()).includes(other.code));
  wire.mend();
});

test('offline: on a line that swallows what is sent the next dose is typed at once, and all goes by itself later', async () => {
  const { page } = await atThePage('161803');
  wire.cut('swallow');
  await give(page, person('V'));
  assert.equal(await page.locator('#offline-save').isDisabled(), false);
  await give(page, person('W'));
  assert.match(await count(page), /2/);
  await page.clock.fastForward(16_000);
  await status(page, 'No line');
  wire.mend();
  await page.clock.fastForward(61_000);
  await page.locator('#offline-count', { hasText: /\b0\b/ }).waitFor();
  await status(page, 'All was sent');
  assert.equal((await page.locator('#offline-sent').innerText()).split('H-').length - 1, 2);
});
