// A day at a site on one screen: a walk-in against the quota gets a token, is called, vaccinated, observed and leaves; a
// check-in is undone; the session is stopped and the day closed with a variance. Without JavaScript but for the last test; every
// page on the way is checked by axe and at 360 pixels, in English and Hindi.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { at } from '../demo.mjs';
import { hire, logInAs, onDuty } from '../staff.mjs';

let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

async function check(page) {
  await axe(page);
  await at360(page);
}

async function inBoth(page) {
  await check(page);
  const here = new URL(page.url());
  await page.goto(at('/language/hi'));
  await page.goto(here.href);
  await check(page);
  await page.goto(at('/language/en'));
  await page.goto(here.href);
}

const counted = (page, text) =>
  page.locator('.counts a', { hasText: text }).locator('strong').innerText();

async function walkIn(page) {
  await page.goto(at('/staff/walk-in'));
  await page.locator('input[name="seat"]').first().check();
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill(`DAY${Math.floor(Math.random() * 1e7)}`);
  await page.locator('input[name="consent"]').first().check();
  await page.locator('#name').fill('Sarla Kulkarni');
  await page.locator('#birth_year').fill('1961');
  await page.locator('input[name="gender"]').first().check();
  await page.getByRole('button', { name: 'Give the seat' }).click();
}

test('a nurse leads a walk-in by token from the door to the way home, and the manager closes the day', async () => {
  const manager = await hire(browser, 'site-manager', 'Manager Of The Day');
  const nurse = await hire(browser, 'vaccinator', 'Nurse Of The Day');
  await onDuty(browser, manager, nurse);
  const page = await phone(browser, { javaScriptEnabled: false });
  await logInAs(page, nurse);
  await page.goto(at('/staff'));
  await inBoth(page);
  const before = await counted(page, 'walk-in seats taken');
  await walkIn(page);
  await page.goto(at('/staff'));
  assert.notEqual(await counted(page, 'walk-in seats taken'), before, 'a walk-in counts against the quota');
  assert.ok(Number(await counted(page, 'waiting')) >= 1);

  // Undone, and checked in again under a new token.
  const mine = page.locator('#waiting li').last();
  const token = await mine.locator('.number').innerText();
  await mine.locator('.more').click();
  await inBoth(page);
  await page.getByRole('button', { name: 'Undo the check-in' }).click();
  assert.match(await page.locator('main').innerText(), /check-in was undone/);
  await check(page);
  const waiting = Number(await counted(page, 'waiting'));
  await page.locator('#to-come button', { hasText: 'Check in' }).first().click();
  assert.equal(Number(await counted(page, 'waiting')), waiting + 1);
  assert.match(await page.locator('main').innerText(), /Checked in: token \d+/);
  await screenshot(page, 'day');

  // Called: the number is large, and leads to the evidence.
  await page.getByRole('button', { name: /^Call token/ }).click();
  assert.match(page.url(), /\/staff\/visit\//, token);
  await page.goto(at('/staff'));
  assert.ok(Number(await counted(page, 'at a table')) >= 1);
  await page.locator('#tables .more').first().click();
  await page.getByRole('button', { name: 'Does not want it' }).click();
  assert.match(await page.locator('#away').innerText(), /Does not want it/);

  // A slip that is none is told beside the field.
  await page.locator('#slip').fill('no slip at all');
  await page.locator('#find').getByRole('button', { name: 'Check in' }).click();
  assert.match(await page.locator('#slip-error').innerText(), /not the code of a slip/);
  await check(page);

  const office = await phone(browser, { javaScriptEnabled: false });
  await logInAs(office, manager);
  await office.goto(at('/staff/day/close'));
  await inBoth(office);
  await office.getByRole('button', { name: 'Close the day' }).click();
  if (await office.locator('#carried').count()) {
    await check(office);
    await office.locator('#carried').fill('they wait for the evening session');
    await office.getByRole('button', { name: 'Close the day' }).click();
  }
  assert.match(await office.locator('main').innerText(), /Closed by/);
  await inBoth(office);
  await screenshot(office, 'day_close');
  await office.locator('#reason').fill('one more person came to the door');
  await office.getByRole('button', { name: 'Open the day again' }).click();
  assert.match(await office.locator('main').innerText(), /open again/);

  await office.goto(at('/staff/sessions'));
  await office.locator('a[href$="/change"]').first().click();
  await inBoth(office);
  await office.getByRole('button', { name: 'Change the session' }).click();
  assert.match(await office.locator('main').innerText(), /Choose what is to happen/);
  await check(office);
});

test('the screen is refreshed by itself and counts timers down', async () => {
  const manager = await hire(browser, 'site-manager', 'Manager At Her Screen');
  const page = await phone(browser);
  await page.clock.install();
  await logInAs(page, manager);
  await page.goto(at('/staff'));
  const answer = page.waitForResponse((response) => response.url().endsWith('/staff/day/live'));
  await page.clock.fastForward(31_000);
  assert.equal((await answer).status(), 200);
  const again = page.waitForResponse((response) => response.url().endsWith('/staff/day/live'));
  await page.clock.fastForward(31_000);
  assert.equal((await again).status(), 304, 'nothing changed, so nothing is sent');
  await check(page);
});
