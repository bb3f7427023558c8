// The end of a login is announced two minutes before, to eyes and to screen readers, without taking the focus or what was typed;
// one press keeps the login. The browser's clock is set forward, the server's is not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { at, newMobile, otp } from '../demo.mjs';
import { logInAs, nurseOnDuty } from '../staff.mjs';

let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

/** Thirteen minutes and some pass while somebody types into `field`. */
async function typesTooLong(page, field, words) {
  await page.locator(field).fill(words);
  await page.locator(field).focus();
  await page.clock.runFor(13 * 60_000 + 5_000);
  const alert = page.getByRole('alert');
  await alert.filter({ hasText: 'ends in two minutes' }).waitFor();
  assert.equal(await page.locator(field).evaluate((it) => it === document.activeElement), true, 'the focus stays');
  await axe(page);
  await at360(page);
  await page.getByRole('button', { name: 'Stay logged in' }).click();
  await alert.filter({ hasText: 'You stay logged in until' }).waitFor();
  assert.equal(await page.locator(field).inputValue(), words, 'nothing typed is lost');
  assert.equal(await page.getByRole('button', { name: 'Stay logged in' }).count(), 0);
}

test('a citizen is told before the login ends, and stays with one press', async () => {
  const page = await phone(browser);
  await page.clock.install();
  const mobile = newMobile();
  await page.goto(at('/login'));
  await page.locator('#mobile').fill(mobile);
  await page.locator('form[action="/login"] button').click();
  await page.locator('#otp').fill(await otp(mobile));
  await page.locator('form[action="/login/otp"] button:not([name])').click();
  await page.goto(at('/household/new'));
  assert.match(await page.locator('#stay-until').innerText(), /^You stay logged in until \d+:\d\d/);
  await typesTooLong(page, '#name', 'Zeenat Ansari');

  await page.context().clearCookies();
  await page.clock.runFor(14 * 60_000);
  await page.getByRole('button', { name: 'Stay logged in' }).click();
  await page.getByRole('alert').filter({ hasText: 'Your login has ended' }).waitFor();
});

test('a nurse on her own phone is told before the login ends, and stays with one press', async () => {
  const { nurse } = await nurseOnDuty(browser);
  const page = await phone(browser);
  await logInAs(page, nurse);
  await page.clock.install();
  await page.goto(at('/staff/walk-in'));
  assert.match(await page.locator('#stay-until').innerText(), /^You stay logged in until \d+:\d\d/);
  await typesTooLong(page, '#name', 'Zeenat Ansari');

  await page.context().clearCookies();
  await page.clock.runFor(14 * 60_000);
  await page.getByRole('button', { name: 'Stay logged in' }).click();
  await page.getByRole('alert').filter({ hasText: 'Your login has ended' }).waitFor();
});
