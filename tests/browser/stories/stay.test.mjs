// The end of a login is announced two minutes before, to eyes and to screen readers, without taking the focus or what was typed;
// one press keeps the login. The browser's clock is set forward, the server's is not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { at, newMobile, otp } from '../demo.mjs';
import { logInAs, nurseOnDuty } from '../staff.mjs';
import { words } from '../words.mjs';

let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

/** The page says until when the login lasts; then thirteen minutes and some pass while somebody types into `field`. */
async function typesTooLong(page, say, field, typed) {
  const until = new RegExp(say('stay-until', { time: '.*\\d:\\d\\d.*' }));
  assert.match(await page.locator('#stay-until').innerText(), until);
  await page.locator(field).fill(typed);
  await page.locator(field).focus();
  await page.clock.runFor(13 * 60_000 + 5_000);
  const alert = page.getByRole('alert');
  await alert.filter({ hasText: say('stay-soon') }).waitFor();
  assert.equal(await page.locator(field).evaluate((it) => it === document.activeElement), true, 'the focus stays');
  await axe(page);
  await at360(page);
  await page.getByRole('button', { name: say('stay-button') }).click();
  await alert.filter({ hasText: until }).waitFor();
  assert.equal(await page.locator(field).inputValue(), typed, 'nothing typed is lost');
  assert.equal(await page.getByRole('button', { name: say('stay-button') }).count(), 0);
}

/** The login is over on the server, and the button pressed too late says so. */
async function pressesTooLate(page, say) {
  await page.context().clearCookies();
  await page.clock.runFor(14 * 60_000);
  await page.getByRole('button', { name: say('stay-button') }).click();
  await page.getByRole('alert').filter({ hasText: say('stay-ended') }).waitFor();
  await axe(page);
  await at360(page);
}

for (const language of ['en', 'hi']) {
  const say = words(language);
  const locale = `${language}-IN`;

  test(`a citizen is told before the login ends, and stays with one press: ${language}`, async () => {
    const page = await phone(browser, { locale });
    await page.clock.install();
    const mobile = newMobile();
    await page.goto(at('/login'));
    await page.locator('#mobile').fill(mobile);
    await page.locator('form[action="/login"] button').click();
    await page.locator('#otp').fill(await otp(mobile));
    await page.locator('form[action="/login/otp"] button:not([name])').click();
    await page.goto(at('/household/new'));
    await typesTooLong(page, say, '#name', 'Zeenat Ansari');
    await pressesTooLate(page, say);
  });

  test(`a nurse on her own phone is told before the login ends, and stays with one press: ${language}`, async () => {
    const { nurse } = await nurseOnDuty(browser);
    const page = await phone(browser, { locale });
    await logInAs(page, nurse);
    await page.clock.install();
    await page.goto(at('/staff/walk-in'));
    await typesTooLong(page, say, '#name', 'Zeenat Ansari');
    await pressesTooLate(page, say);
  });
}
