// Somebody without an appointment and without a phone comes to the centre: registered at the desk, seated and vaccinated on
// the document in hand. Without JavaScript; every page on the way is checked by axe and at 360 pixels, in both languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { check } from '../checks.mjs';
import { at, newMobile, otp } from '../demo.mjs';
import { logInAs, nurseOnDuty } from '../staff.mjs';
import { fillWalkIn, giveSeat } from '../walk_in.mjs';

let browser;
let hired;
before(async () => {
  browser = await chromium();
  hired = (await nurseOnDuty(browser)).nurse;
});
after(async () => { await browser.close(); });

/** The form of somebody new, but for the number of a telephone. */
async function fill(page, name, document) {
  await page.goto(at('/staff/walk-in'));
  await check(page);
  await fillWalkIn(page, { name, born: '1952', document, seat: 'input[name="seat"][value^="1|"]' });
}

const document = () => `WLK${Math.floor(Math.random() * 1e7)}`;

test('a walk-in, with and without a phone', async () => {
  const nurse = await phone(browser, { javaScriptEnabled: false });
  await logInAs(nurse, hired);
  await nurse.locator('a.button[href="/staff/walk-in"]').click();
  await giveSeat(nurse);
  assert.ok((await nurse.locator('[aria-invalid="true"]').count()) >= 4, 'an empty form is refused field by field');
  await check(nurse);
  await nurse.goto(at('/language/hi'));
  await nurse.goto(at('/staff/walk-in'));
  await check(nurse);
  await nurse.goto(at('/language/en'));

  await fill(nurse, 'Gangubai Shinde', document());
  await screenshot(nurse, 'walk-in');
  await giveSeat(nurse);
  await check(nurse);
  const seated = await nurse.locator('main').innerText();
  assert.match(seated, /No\. \d+/);
  assert.match(seated, /no mobile number with this record/);
  await screenshot(nurse, 'seated');
  await nurse.getByRole('button', { name: 'Open the record' }).click();
  await check(nurse);
  assert.match(await nurse.locator('main').innerText(), /Gangubai Shinde/);
  await nurse.locator('input[name="batch"][value="4121Z025"]').check();
  await nurse.locator('input[name="site"]').first().check();
  await nurse.locator('form:has(#batch) button[type="submit"]').first().click();
  await nurse.locator('main form button[type="submit"]').first().click();
  await check(nurse);

  const mobile = newMobile();
  await fill(nurse, 'Shankar Shinde', document());
  await nurse.locator('#mobile').fill(mobile);
  await nurse.getByRole('button', { name: 'Send a code to the mobile' }).click();
  await check(nurse);
  await nurse.locator('#otp').fill(await otp(mobile));
  await giveSeat(nurse);
  assert.match(await nurse.locator('main').innerText(), /mobile number that was proved/);

  const citizen = await phone(browser, { javaScriptEnabled: false });
  await citizen.goto(at('/login'));
  await citizen.locator('input[name="mobile"]').fill(mobile);
  await citizen.locator('form[action="/login"] button').click();
  await citizen.locator('#otp').fill(await otp(mobile));
  await citizen.locator('form[action="/login/otp"] button:not([name])').click();
  await citizen.goto(at('/household/1/access'));
  const accesses = await citizen.locator('main').innerText();
  assert.match(accesses, new RegExp(hired.code), 'who seated them looked at age and doses, and is in the list');
});
