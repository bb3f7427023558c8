// A shared phone locks two minutes after the last touch, whatever page is open: the one that shows a dose back in large letters,
// a form shown again, a sheet of paper read back, a half-filled form whose nurse presses "Lock" herself. After the PIN all of it
// is there again, and what is saved then is saved once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { batchesOf, booked } from '../citizen.mjs';
import { at } from '../demo.mjs';
import { logInAs, nurseOnDuty, sendLogIn } from '../staff.mjs';
import { openByCode, typeDose } from '../table.mjs';

const PIN = '852016';
const NAME = 'Sushila Talewali';
let browser;
let shared;
let nurse;
const newBatch = () => `LCK${Math.floor(Math.random() * 1e6)}`;
const main = (page) => page.locator('main').innerText();

/** A phone that the manager enrolled, and a nurse of today on it. */
before(async () => {
  browser = await chromium();
  const hired = await nurseOnDuty(browser);
  nurse = hired.nurse;
  const boss = await phone(browser, { javaScriptEnabled: false });
  await logInAs(boss, hired.manager);
  await boss.goto(at('/staff/devices'));
  await boss.locator('#name').fill(`Table ${nurse.code}`);
  await boss.getByRole('button', { name: 'Show a code' }).click();
  const code = await boss.locator('p.mono').first().innerText();
  await boss.context().close();
  shared = await phone(browser);
  await shared.clock.install();
  await shared.goto(at('/staff/device'));
  await shared.locator('#code').fill(code);
  await shared.locator('main form button[type="submit"]').first().click();
  await shared.goto(at('/staff/login'));
  await sendLogIn(shared, nurse);
  await shared.locator('#pin').fill(PIN);
  await shared.locator('#again').fill(PIN);
  await shared.getByRole('button', { name: 'Save the PIN' }).click();
});
after(async () => { await browser.close(); });

/** What the form with this field in it holds, by name. */
const filled = (page, field) => page.locator(`main form:has([name="${field}"])`).first().evaluate((form) => {
  const fields = [...new FormData(form)].filter(([name, value]) => value && !['_csrf', 'confirmed'].includes(name));
  return Object.fromEntries(fields);
});

/** Turned to the patient for longer than two minutes. */
async function away(page) {
  await page.clock.fastForward(125_000);
  await page.waitForSelector('#pin');
}

async function pin(page) {
  await page.getByLabel(nurse.code).check();
  await page.locator('#pin').fill(PIN);
  await page.getByRole('button', { name: 'Unlock' }).click();
}

/** At work on the shared phone, whatever another story left on it. */
async function atWork() {
  await shared.goto(at('/staff'));
  if (new URL(shared.url()).pathname !== '/staff') await pin(shared);
  return shared;
}

/** The page of the lock shows nothing of `typed`; after the PIN one button gives it back. */
async function unlock(page, typed) {
  assert.match(await main(page), /Nothing you typed is lost/);
  const shown = await page.content();
  for (const value of typed) assert.ok(!shown.includes(value), value);
  await pin(page);
  await axe(page);
  await page.locator('main form button[type="submit"]').first().click();
}

/** Everything that was typed of a dose is in its form again. */
async function isThere(page, batch) {
  const form = await filled(page, 'site');
  assert.ok(Object.values(form).includes(batch), JSON.stringify(form));
  assert.ok(form.site && form.vial === '7' && form.given_at, JSON.stringify(form));
  return form;
}

const check = (page) => page.locator('form:has(input[name="site"]) button[type="submit"]').first().click();

/** A record is open, and a dose of a batch that nobody knows is typed: the form comes again and asks why. */
async function askedWhy(page) {
  const citizen = await booked(browser, NAME);
  const batch = newBatch();
  await openByCode(page, citizen);
  await page.locator('#vial').fill('7');
  await typeDose(page, batch);
  await page.locator('#reason[aria-invalid="true"]').waitFor();
  return { citizen, batch };
}

test('lock: a form shown again and a dose read back in large letters are there after the PIN, and the dose is saved once', async () => {
  const { citizen, batch } = await askedWhy(await atWork());
  await away(shared);
  await unlock(shared, [batch]);
  await isThere(shared, batch);
  await at360(shared);

  // Given back, and away again before a key was touched.
  await away(shared);
  await unlock(shared, [batch]);
  await isThere(shared, batch);

  const why = 'a batch that came this morning';
  await check(shared);
  await shared.locator('#reason').fill(why);
  await check(shared);
  assert.match(await shared.locator('dl.large').innerText(), new RegExp(batch));
  await away(shared);
  await unlock(shared, [batch, why]);
  assert.equal((await isThere(shared, batch)).reason, why);
  await check(shared);
  await shared.getByRole('button', { name: 'Change' }).click();
  await away(shared);
  await unlock(shared, [batch, why]);
  assert.equal((await isThere(shared, batch)).reason, why);
  await check(shared);
  await shared.getByRole('button', { name: 'Yes, save' }).click();
  assert.match(await shared.locator('h1').innerText(), /The dose is on record/);
  assert.deepEqual(await batchesOf(citizen.page), [batch]);
});

test('lock: the button of the navigation keeps a half-filled form and a dose read back', async () => {
  const { batch } = await askedWhy(await atWork());
  const why = 'the box has another label';
  await shared.locator('#reason').fill(why);
  await shared.getByRole('button', { name: 'Lock', exact: true }).click();
  await shared.waitForSelector('#pin');
  await unlock(shared, [batch, why]);
  assert.equal((await isThere(shared, batch)).reason, why);
  await check(shared);
  await shared.getByRole('button', { name: 'Lock', exact: true }).click();
  await shared.waitForSelector('#pin');
  await unlock(shared, [batch, why]);
  assert.equal((await isThere(shared, batch)).reason, why);

  // From a page on which nothing is typed it leads to the PIN, and to a page of one's own.
  await shared.goto(at('/staff/walk-in'));
  await shared.getByRole('button', { name: 'Lock', exact: true }).click();
  await shared.waitForSelector('#pin');
  assert.ok(!/Nothing you typed is lost/.test(await main(shared)));
  await pin(shared);
  assert.equal(new URL(shared.url()).pathname, '/staff');
});

test('lock: a sheet of paper read back is there after the PIN, line for line', async () => {
  const batch = newBatch();
  const people = [await booked(browser, NAME), await booked(browser, NAME)];
  await (await atWork()).goto(at('/staff/paper'));
  await shared.locator('#vaccine').selectOption('COVISHIELD');
  await shared.locator('#batch').fill(batch);
  await shared.locator('input[name="site"]').first().check();
  for (const [n, { reference, code }] of people.entries()) {
    await shared.locator(`#reference_id_${n + 1}`).fill(reference);
    await shared.locator(`#code_${n + 1}`).fill(code);
    await shared.locator(`#given_at_${n + 1}`).fill('00:01');
  }
  await shared.locator('main form[action="/staff/paper"] button[type="submit"]').click();
  assert.match(await shared.locator('dl.large').first().innerText(), new RegExp(batch));
  await away(shared);
  await unlock(shared, [batch, people[0].reference, people[1].reference]);
  for (const [n, { reference }] of people.entries()) {
    assert.equal((await shared.locator(`#reference_id_${n + 1}`).inputValue()).replace(/\s/g, ''), reference);
    assert.equal(await shared.locator(`#given_at_${n + 1}`).inputValue(), '00:01');
  }
  assert.equal(await shared.locator('#batch').inputValue(), batch);
});
