// A nurse's phone is in the well: her manager asks, the district approves, she enrols again and logs in, and nothing of the lost
// phone opens anything. A nurse falls ill: a new one is invited by one form, is on today's list, logs in and sees the day.
// Without JavaScript; every page on the way by axe at 360 pixels, in English and Hindi.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { at } from '../demo.mjs';
import { enrol, hire, logInAs, newCode, nurseOnDuty, sendLogIn } from '../staff.mjs';

let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

const text = (page) => page.locator('main').innerText();

async function check(page) {
  await axe(page);
  await at360(page);
}

async function inBoth(page, path) {
  for (const language of ['hi', 'en']) {
    await page.goto(at(`/language/${language}`));
    await page.goto(at(path));
    assert.equal(await page.locator('html').getAttribute('lang'), language);
    await check(page);
  }
}

const plain = () => phone(browser, { javaScriptEnabled: false });

async function loggedIn(member) {
  const page = await plain();
  await logInAs(page, member);
  return page;
}

/** The token of the link that the page shows, once. */
const link = async (page) => (await page.locator('p.mono.card').innerText()).trim().split('/staff/enrol/')[1];

test('a lost factor: the manager asks, the district approves, and the nurse enrols again and logs in', async () => {
  const { nurse, manager } = await nurseOnDuty(browser);
  const lost = { ...nurse };
  const before = await loggedIn(nurse);
  lost.lastStep = nurse.lastStep;

  const boss = await loggedIn(manager);
  await inBoth(boss, '/staff/factors');
  await boss.locator('#code').fill(nurse.code);
  await boss.locator('#reason').fill('short');
  await boss.getByRole('button', { name: 'Ask the district admin' }).click();
  assert.ok((await boss.locator('[aria-invalid="true"]').count()) >= 1);
  await check(boss);
  await boss.locator('#reason').fill('her telephone fell into the well');
  await boss.getByRole('button', { name: 'Ask the district admin' }).click();
  assert.match(await text(boss), new RegExp(`The district admin sees your request now[^]*${nurse.code}`));
  await inBoth(boss, '/staff/factors');
  assert.equal(await boss.locator('button[value="approve"]').count(), 0, 'who asked does not approve');
  await before.goto(at('/staff'));
  assert.equal(new URL(before.url()).pathname, '/staff', 'one alone ends nothing');

  const admin = await loggedIn(await hire(browser, 'district-admin'));
  await inBoth(admin, '/staff/factors');
  await admin.getByRole('button', { name: `Approve and make a link ${nurse.code}` }).click();
  await check(admin);
  const token = await link(admin);
  await before.goto(at('/staff'));
  assert.match(before.url(), /\/staff\/login/, 'her logins ended');
  const thief = await plain();
  await thief.goto(at('/staff/login'));
  await sendLogIn(thief, lost);
  assert.match(thief.url(), /\/staff\/login/, 'the lost phone and the old password open nothing');
  assert.equal(await thief.locator('[href="/staff/day/close"]').count(), 0);

  await enrol(browser, nurse, token);
  assert.notEqual(nurse.secret, lost.secret, 'a second factor of its own');
  const again = await loggedIn(nurse);
  await again.goto(at('/staff'));
  assert.match(await again.locator('h1').innerText(), /visitors/, 'on duty as before');
  await check(again);
  await inBoth(boss, '/staff/events');
  const events = await text(boss);
  for (const line of ['New second factor asked for', 'New second factor approved', 'Login set up']) {
    assert.match(events, new RegExp(`${line}[^]{0,200}${nurse.code}|${nurse.code}[^]{0,200}${line}`), line);
  }
});

test('a replacement is invited, is on today’s list within a minute, logs in and sees the day', async () => {
  const boss = await loggedIn(await hire(browser, 'site-manager'));
  await boss.goto(at('/staff/roster'));
  await boss.locator('a[href="/staff/roster/replacement"]').first().click();
  await inBoth(boss, '/staff/roster/replacement');
  const replacement = { code: newCode(), role: 'vaccinator' };
  await boss.locator('input[name="way"][value="new"]').check();
  await boss.locator('#code').fill(replacement.code);
  await boss.getByRole('button').filter({ hasNotText: /out|Log/ }).last().click();
  assert.ok((await boss.locator('[aria-invalid="true"]').count()) >= 1, 'a name is needed');
  assert.equal(await boss.locator('#code').inputValue(), replacement.code);
  await check(boss);
  await boss.locator('#name').fill('Badli Parichari');
  const asked = Date.now();
  await boss.locator('main form button[type="submit"]').first().click();
  const token = await link(boss);
  await check(boss);
  await boss.goto(at('/staff/roster'));
  const form = boss.locator('form', { has: boss.locator('input[name="day"][value="today"]') });
  assert.equal(await form.getByLabel(replacement.code).isChecked(), true, 'on the list of today');
  assert.ok(Date.now() - asked < 60_000, 'within a minute');

  await enrol(browser, replacement, token);
  const page = await loggedIn(replacement);
  await page.goto(at('/staff'));
  assert.match(await page.locator('h1').innerText(), /visitors/, 'she sees the day');
  assert.equal(await page.locator('#to-come').count(), 1);
  await inBoth(page, '/staff');
  await page.goto(at('/staff/walk-in'));
  assert.ok((await page.locator('input[name="seat"]').count()) > 0, 'and can work');
  await inBoth(boss, '/staff/events');
  assert.match(await text(boss), new RegExp(`Put on today’s list[^]{0,200}${replacement.code}`));
});
