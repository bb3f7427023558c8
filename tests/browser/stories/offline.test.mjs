// The nurse's day with a bad line: twenty doses, four from the record page and sixteen without a line, the line cut before a
// post arrives and between its commit and its answer, the page loaded again, a wrong PIN. None is lost and none is there twice,
// by the day's count and by the lists of the people who had them; the phone's store shows nobody.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { at360, axe, largeType } from '../checks.mjs';
import { batchesOf, booked } from '../citizen.mjs';
import { at } from '../demo.mjs';
import { line } from '../line.mjs';
import { hire, logInAs, nurseOnDuty, sendLogIn } from '../staff.mjs';
import { batchesByDocument, givenToday, openByCode, receive, recorded, typeDose } from '../table.mjs';
import { words } from '../words.mjs';

const PIN = '271828';
/** A batch of this story's own, so that the day's count of it is the count of its doses. */
const BATCH = `OFL${Math.floor(Math.random() * 1e6)}`;
/** From the record page, without a line by slip, and without a line of somebody new. */
const [AT_TABLE, BY_SLIP, NEW] = [4, 2, 14];
let browser;
let wire;
before(async () => { browser = await chromium(); wire = await line(); });
after(async () => { await browser.close(); await wire.close(); });

const there = (path) => wire.address + path;
/** How many doses wait, as the page says when it has looked. */
const count = (page) => page.locator('#offline-count', { hasText: /\d/ }).innerText();
const status = (page, text) => page.locator('#offline-status', { hasText: text }).waitFor({ timeout: 30_000 });

async function check(page) {
  await axe(page);
  await at360(page);
}

async function unlock(page, pin, again = '') {
  await page.locator('#offline-pin').fill(pin);
  if (again) await page.locator('#offline-again').fill(again);
  await page.locator('#offline-door button[type="submit"]').click();
}

const person = (n) => ({ name: `Vimalabai Offline${n}`, document: `OFF${String(Date.now()).slice(-7)}${n}` });

async function type(page, { name, document, reference, code }, batch = BATCH) {
  await page.locator(`input[name="who"][value="${reference ? 'slip' : 'new'}"]`).check();
  if (reference) {
    await page.locator('#reference_id').fill(reference);
    await page.locator('#code').fill(code);
  } else {
    await page.locator('input[name="consent"]').check();
    await page.locator('#name').fill(name);
    await page.locator('#birth_year').fill('1961');
    await page.locator('input[name="gender"]').first().check();
    await page.locator('#document_type').selectOption({ index: 3 });
    await page.locator('#document_number').fill(document);
  }
  await page.locator('#vaccine').selectOption('COVISHIELD');
  await page.locator('#batch').fill(batch);
  await page.locator('input[name="site"]').first().check();
}

/** What is read back besides what was typed. */
const IN_ENGLISH = { booked: /The one that was booked/, first: /First dose/, vaccine: /Covishield/, nameless: /A slip shows no name here/ };
const IN_HINDI = { booked: /जिसकी बुकिंग थी/, first: /पहली डोज़/, vaccine: /कोविशील्ड/, nameless: /पर्ची से यहाँ नाम नहीं दिखता/ };

/** Types it, reads it back in large letters, keeps it. */
async function give(page, somebody, look = async () => {}) {
  await type(page, somebody);
  await page.locator('#offline-fields button[type="submit"]').click();
  const read = await page.locator('#offline-what').innerText();
  if (somebody.reference) assert.ok(read.replace(/\s/g, '').includes(somebody.reference), read);
  else assert.match(read, new RegExp(somebody.name));
  assert.match(read, new RegExp(BATCH));
  // Which dose it is, and for a slip why no name is there: in the page's language.
  const said = (await page.locator('html').getAttribute('lang')) === 'hi' ? IN_HINDI : IN_ENGLISH;
  assert.match(read, somebody.reference ? said.booked : said.first);
  assert.match(read, said.vaccine);
  assert.equal(await page.getByText(said.nameless).isVisible(), Boolean(somebody.reference));
  await largeType(page, '#offline-what');
  await look(page);
  await page.locator('#offline-save').click();
  await page.locator('#offline-fields').waitFor();
}

/** Ends a tab for the pages beside it. Chromium at times never answers `close` of a tab under a service worker that has just
 * navigated, and that call has no end of its own. */
const leave = (tab) => tab.goto('about:blank');

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

/** What else a browser keeps of a page: answers of its caches, and both storages. */
async function dumpElsewhere(page) {
  return await page.evaluate(async () => {
    const parts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const asked of await cache.keys()) parts.push(asked.url, await (await cache.match(asked)).text());
    }
    return parts.join('\n');
  });
}

/** The numbers under which doses from phones are held, newest or not. */
async function held(page) {
  await page.goto(there('/staff/held-dose'));
  const lines = await page.locator('main li', { hasText: 'from a phone' }).allInnerTexts();
  return lines.map((one) => /^H-(\d+),/.exec(one.trim())[1]);
}

/** What a nurse does when the answer to a post does not come: the same page again, which sends the same form again. */
const again = (page) => page.reload({ waitUntil: 'load' });

/** A dose from the record page; `how` the line is cut while it is being saved. */
async function atTable(page, somebody, how) {
  await openByCode(page, somebody, there);
  await typeDose(page, BATCH);
  const shown = await page.locator('dl.large').innerText();
  assert.match(shown, new RegExp(`${somebody.name}[^]*${BATCH}`));
  const path = await page.locator('main form').first().getAttribute('action');
  const arrived = () => wire.posts.filter((one) => one === path).length;
  if (how) wire.cut(how, path);
  await page.getByRole('button', { name: 'Yes, save' }).click({ noWaitAfter: true }).catch(() => undefined);
  if (how) {
    // The browser's own page of a line that is cut.
    await page.locator('main').waitFor({ state: 'detached' });
    assert.equal(arrived() > 0, how === 'answer', `${how}: what reached the server`);
    wire.mend();
    await again(page);
  }
  await page.locator('main').waitFor();
  assert.match(await page.locator('h1').innerText(), /The dose is on record/, how);
  assert.ok(arrived() >= (how === 'answer' ? 2 : 1));
}

test('offline: a nurse’s day of twenty doses over a line that is cut in mid-post, none lost and none twice', async () => {
  const { nurse, manager } = await nurseOnDuty(browser);
  const office = await phone(browser, { javaScriptEnabled: false });
  await logInAs(office, manager);
  await receive(office, BATCH, 3);
  const citizens = [];
  for (let n = 0; n < AT_TABLE + BY_SLIP; n += 1) citizens.push(await booked(browser, 'Sitabai Vahini'));
  const page = await phone(browser);
  await page.goto(there('/staff/login'));
  await sendLogIn(page, nurse);

  // From the record page: once as ever, then the post never arrives, then its answer is lost, twice.
  for (const [n, how] of [null, 'before', 'answer', 'answer'].entries()) await atTable(page, citizens[n], how);
  assert.equal(await givenToday(office, BATCH), AT_TABLE, 'recorded by now, each once');

  const before = await held(page);
  await page.goto(there('/staff/offline'));
  await check(page);
  await unlock(page, PIN, PIN);
  await status(page, 'Ready');
  await check(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  const people = [...citizens.slice(AT_TABLE), ...Array.from({ length: NEW }, (_, n) => person(n))];

  await give(page, people[0], check);
  await status(page, 'All was sent');
  assert.match(await page.locator('#offline-sent').innerText(), /H-\d+/);
  await check(page);
  await screenshot(page, 'offline-sent');

  wire.cut('before');
  for (const somebody of people.slice(1, 6)) await give(page, somebody);
  await status(page, 'No line');
  assert.match(await count(page), /5/);
  await check(page);
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
  for (const planted of ['Vimalabai', 'OFF', BATCH, people[1].reference, 'COVISHIELD', '1961', nurse.code, PIN]) {
    assert.ok(!kept.includes(planted), `${planted} stands in what the browser keeps`);
  }
  const elsewhere = await dumpElsewhere(page);
  assert.match(elsewhere, /offline-form/, 'the search sees the page that is kept');
  for (const planted of [...people.flatMap((one) => [one.name, one.document, one.reference]), nurse.code, PIN].filter(Boolean)) {
    assert.ok(!elsewhere.includes(planted), `${planted} stands in a cache or a storage`);
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

  // Held: each once. Recorded: each once, by the day's count and by the list of whoever had it.
  const numbers = (await held(page)).filter((one) => !before.includes(one));
  assert.equal(numbers.length, BY_SLIP + NEW, 'each held once');
  await recorded(page, numbers, there);
  assert.equal(await givenToday(office, BATCH), AT_TABLE + BY_SLIP + NEW, 'twenty doses, recorded by themselves');
  for (const citizen of citizens) {
    assert.deepEqual(await batchesOf(citizen.page), [BATCH], `${citizen.reference} has one dose`);
  }
  for (const somebody of [people[2], people[11], people[15]]) {
    assert.deepEqual(await batchesByDocument(page, somebody.document, there), [BATCH], `${somebody.name} has one dose`);
  }

  await page.goto(there('/language/hi'));
  await page.goto(there('/staff/offline'));
  await check(page);
  const say = words('hi');
  await unlock(page, '000000');
  await status(page, say('offline-wrong'));
  await check(page);
  await unlock(page, PIN);
  await page.locator('#offline-form').waitFor();
  await check(page);
  wire.cut('before');
  await give(page, person('H'), check);
  await page.locator('#offline-count', { hasText: /\b1\b/ }).waitFor();
  await check(page);
  wire.mend();
  await page.locator('#offline-send').click();
  await status(page, say('offline-done'));
  await check(page);
});

test('offline: what is refused stays with the reason and can be corrected, and another login sends nothing', async () => {
  const page = await phone(browser);
  await page.goto(there('/staff/login'));
  const { nurse } = await nurseOnDuty(browser);
  await sendLogIn(page, nurse);
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
  await page.goto(there('/language/hi'));
  await page.goto(there('/staff/offline'));
  await unlock(page, PIN);
  await page.locator('#offline-list button').waitFor();
  await check(page);
  await page.goto(there('/language/en'));
  await page.goto(there('/staff/offline'));
  await unlock(page, PIN);
  await page.locator('#offline-list button').waitFor();
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

  // A colleague logs in on the same phone, and presses the same button of the page that is still open.
  const tab = await page.context().newPage();
  await tab.goto(there('/staff/login'));
  await sendLogIn(tab, (await nurseOnDuty(browser)).nurse);
  await page.locator('#offline-send').click();
  await status(page, 'refused');
  assert.match(await page.locator('#offline-list').innerText(), /typed under another login/);
  assert.match(await count(page), /1/, 'it stays');
  await page.context().clearCookies();
  await tab.goto(there('/staff/login'));
  await sendLogIn(tab, nurse);
  await leave(tab);
  await page.locator('#offline-send').click();
  await status(page, 'All was sent');
});

test('offline: a shared phone tells how many doses it keeps, also when its login has ended', async () => {
  const { nurse, manager } = await nurseOnDuty(browser);
  const boss = await phone(browser, { javaScriptEnabled: false });
  await logInAs(boss, manager);
  await boss.goto(at('/staff/devices'));
  const name = `Table ${nurse.code}`;
  await boss.locator('#name').fill(name);
  await boss.getByRole('button', { name: 'Show a code' }).click();
  const code = await boss.locator('p.mono').first().innerText();
  const shared = await phone(browser);
  await shared.goto(there('/staff/device'));
  await shared.locator('#code').fill(code);
  await shared.locator('main form button[type="submit"]').first().click();
  await shared.goto(there('/staff/login'));
  await sendLogIn(shared, nurse);
  await shared.locator('#pin').fill('852016');
  await shared.locator('#again').fill('852016');
  await shared.getByRole('button', { name: 'Save the PIN' }).click();

  // From any page that is open on it, before it ever kept anything.
  const line = async () => {
    await boss.goto(at('/staff/devices'));
    return await boss.locator('section', { hasText: name }).innerText();
  };
  const told = async (words) => {
    for (let tries = 0; tries < 40 && !words.test(await line()); tries += 1) await shared.waitForTimeout(500);
    assert.match(await line(), words);
  };
  assert.equal(new URL(shared.url()).pathname, '/staff');
  await told(/not sent: 0\. Told/);

  await shared.goto(there('/staff/offline'));
  await unlock(shared, PIN, PIN);
  await status(shared, 'Ready');
  wire.cut('before');
  await give(shared, person('U'));
  await status(shared, 'No line');
  const cookies = await shared.context().cookies();
  await shared.context().clearCookies();
  await shared.context().addCookies(cookies.filter((cookie) => /device/.test(cookie.name)));
  wire.mend();
  await shared.locator('#offline-send').click();
  await status(shared, 'Log in again');
  await told(/not sent: 1\. Told/);
  await check(boss);
  const officer = await phone(browser, { javaScriptEnabled: false });
  await logInAs(officer, await hire(browser, 'district-admin'));
  await officer.goto(at('/staff/district'));
  const card = officer.locator('main li', { hasText: 'doses kept on shared phones and not sent' });
  await check(officer);
  await card.getByRole('link', { name: 'Ask the site manager' }).first().click();
  assert.equal(new URL(officer.url()).pathname, '/staff/reviews/ask');

  await shared.context().addCookies(cookies);
  await shared.locator('#offline-send').click();
  await status(shared, 'All was sent');
  await told(/not sent: 0\. Told/);
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
  await leave(login);
  await unlock(page, '314159');
  await status(page, 'Ready');
  assert.ok((await page.locator('#offline-whose').innerText()).includes(other.code));
  assert.equal(await page.locator('#name').inputValue(), '', 'what another typed is not hers to see');

  // Without a line the PIN alone does not say whose it is: she does.
  await page.locator('#offline-lock').click();
  wire.cut('before');
  await unlock(page, '314159');
  await page.locator('#offline-which button', { hasText: nurse.code }).waitFor();
  await check(page);
  await page.locator('#offline-which button', { hasText: other.code }).click();
  await status(page, 'Ready');
  assert.ok((await page.locator('#offline-whose').innerText()).includes(other.code));
  assert.equal(await page.locator('#name').inputValue(), '');

  // And what the first was typing is there again, for her.
  await page.locator('#offline-lock').click();
  await unlock(page, '314159');
  await page.locator('#offline-which button', { hasText: nurse.code }).click();
  await status(page, 'Ready');
  assert.equal(await page.locator('#name').inputValue(), somebody.name);
  assert.equal(await page.locator('#document_number').inputValue(), somebody.document);
  wire.mend();
});

test('offline: a second tap on Open leaves what the first has given back', async () => {
  const { page } = await atThePage('223606');
  const somebody = person('T');
  await type(page, somebody);
  await page.clock.fastForward(121_000);
  await status(page, 'Locked');
  await page.locator('#offline-pin').fill('223606');
  await page.locator('#offline-door button[type="submit"]').dblclick();
  await status(page, 'Ready');
  await page.locator('#code').evaluate((field) => { field.value = '0421'; });
  // Longer than a second tap would need to open.
  await page.waitForTimeout(3_000);
  assert.equal(await page.locator('#name').inputValue(), somebody.name);
  assert.equal(await page.locator('#document_number').inputValue(), somebody.document);
  assert.equal(await page.locator('#code').inputValue(), '0421', 'nor what was typed since');

  // A PIN that opens nothing, or none at all, leaves the door as it was.
  await page.locator('#offline-lock').click();
  await unlock(page, '999999');
  await status(page, 'Wrong PIN');
  await unlock(page, '99');
  await status(page, 'Type 6 digits');
  await unlock(page, '223606');
  await status(page, 'Ready');
  assert.equal(await page.locator('#name').inputValue(), somebody.name);
});

test('offline: a phone that slept for hours is locked by the touch that wakes it, with nothing typed left in the page', async () => {
  const { page } = await atThePage('141421');
  const somebody = person('S');
  await type(page, somebody);
  // Asleep no timer runs, and the clock goes on.
  await page.clock.setSystemTime(Date.now() + 3 * 3_600_000);
  await page.locator('h1').click();
  await status(page, 'Locked');
  const left = await page.evaluate(() => [...document.querySelectorAll('input')].map((field) => field.value).join(' ')
    + document.getElementById('offline-what').textContent);
  for (const typed of [somebody.name, somebody.document]) assert.ok(!left.includes(typed), left);
  await unlock(page, '141421');
  await status(page, 'Ready');
  assert.equal(await page.locator('#name').inputValue(), somebody.name, 'it is there again for who typed it');
});

test('offline: what waits on a phone is as long for one name as for another', async () => {
  const { page } = await atThePage('173205');
  wire.cut('before');
  const one = person('B');
  await give(page, one);
  await give(page, { ...person('C'), name: `${one.name} ${'Venkataraman '.repeat(4).trim()}` });
  const lengths = await page.evaluate(() => new Promise((resolve, reject) => {
    const asked = indexedDB.open('pramaan-offline', 1);
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const all = asked.result.transaction('entry').objectStore('entry').getAll();
      all.onsuccess = () => resolve(all.result.map((entry) => entry.sealed.length));
    };
  }));
  wire.mend();
  assert.equal(lengths.length, 2);
  assert.equal(new Set(lengths).size, 1, String(lengths));
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
