// A family with one phone: a member takes a code home from the centre, keeps her record from the phone, opens it with her PIN
// and closes it, with the keyboard alone and without JavaScript. Every page is checked by axe and at 360 pixels, in both
// languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { check, inHindi } from '../checks.mjs';
import { at, newMobile, otp, outbox } from '../demo.mjs';
import { enter, keyboard, tabTo, type } from '../keyboard.mjs';
import { TO_COME, lastToCome } from '../nurse.mjs';
import { logInAs, nurseOnDuty } from '../staff.mjs';

const HERS = 'Sunanda Joshi';
const HIS = 'Vinayak Joshi';
const PIN = '274913';
let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

const text = (page) => page.locator('main').innerText();

async function logIn(page, mobile) {
  await page.goto(at('/login'));
  await page.getByLabel('Mobile', { exact: false }).first().fill(mobile);
  await page.locator('form[action="/login"] button').first().click();
  await page.locator('#otp').fill(await otp(mobile));
  await page.locator('form[action="/login/otp"] button:not([name])').click();
}

async function register(page, name, document) {
  await page.goto(at('/household/new'));
  await page.locator('input[name="consent"]').first().check();
  await page.locator('#name').fill(name);
  await page.locator('#birth_year').fill('1984');
  await page.locator('input[name="gender"]').first().check();
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill(document);
  await page.locator('main form button[type="submit"]').first().click();
}

async function book(page) {
  await page.goto(at('/sessions?pincode=400001'));
  const centre = page.locator('.card', { hasText: 'Fort Demonstration Hospital' });
  await centre.getByRole('link', { name: /book/i }).first().click();
  await page.locator('input[name="member"]').first().check();
  await page.locator('input[name="slot"]').first().check();
  await page.locator('main form button[type="submit"]').first().click();
  return (await page.locator('.big').first().innerText()).trim();
}

/** At the table, with her document: a code is printed for her. */
async function codeFromTheCentre(page, slip, document) {
  await logInAs(page, (await nurseOnDuty(browser)).nurse);
  await page.goto(at('/staff'));
  await lastToCome(page);
  await page.locator(TO_COME).last().click();
  await page.locator('#code').fill(slip);
  await page.locator('main form button[type="submit"]').first().click();
  await page.getByRole('link', { name: 'Keep this record private' }).click();
  await check(page);
  await inHindi(page);
  assert.ok(!(await text(page)).includes(HERS), 'nothing of her is on this page');
  await page.getByRole('button', { name: 'Save' }).click();
  assert.ok((await page.locator('[aria-invalid="true"]').count()) >= 1, 'without a document nothing is done');
  await check(page);
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill(document);
  await page.locator('input[name="want"][value="print"]').check();
  await screenshot(page, 'private-site');
  await page.getByRole('button', { name: 'Save' }).click();
  await check(page);
  await screenshot(page, 'private-code');
  const code = (await page.locator('.big').innerText()).trim();
  assert.match(code, /^\d{5} \d{5}$/);
  return code;
}

test('a family with a private member', async () => {
  const mobile = newMobile();
  const document = `PRV${Math.floor(Math.random() * 1e7)}`;
  const home = await phone(browser, { javaScriptEnabled: false });
  await logIn(home, mobile);
  await register(home, HERS, document);
  const slip = await book(home);
  const alone = await outbox(mobile);
  assert.match(alone, /Fort Demonstration Hospital/, 'a number of one person is told where');
  await register(home, HIS, `PRV${Math.floor(Math.random() * 1e7)}`);
  const nurse = await phone(browser, { javaScriptEnabled: false });
  const code = await codeFromTheCentre(nurse, slip, document);

  await home.goto(at('/household/1/private'));
  await check(home);
  await inHindi(home);
  await keyboard(home);
  await home.goto(at('/household/1/private'));
  await type(home, '#code', code);
  await type(home, '#new_pin', '123456');
  await type(home, '#again', '123456');
  await enter(home, 'form:has(#new_pin) button');
  assert.match(await text(home), /among the first that anybody tries/);
  await check(home);
  await type(home, '#code', code);
  await type(home, '#new_pin', PIN);
  await type(home, '#again', PIN);
  await enter(home, 'form:has(#new_pin) button');

  await check(home);
  await inHindi(home);
  const family = await text(home);
  assert.match(family, /Private member \(1\)/);
  assert.match(family, new RegExp(HIS));
  assert.ok(!(await home.content()).includes('Sunanda'), 'the phone shows nothing of her');
  await screenshot(home, 'private-member');

  await enter(home, 'a[href="/household/1/private"]');
  await check(home);
  await inHindi(home);
  await keyboard(home);
  await home.goto(at('/household/1/private'));
  await type(home, '#pin', '908172');
  await enter(home, 'form:has(#pin) button');
  assert.match(await text(home), /4 more tries/);
  await check(home);
  await type(home, '#pin', PIN);
  await enter(home, 'form:has(#pin) button');
  await check(home);
  await inHindi(home);
  const opened = await text(home);
  assert.match(opened, new RegExp(HERS));
  assert.match(opened, /wrong PIN or code was typed once/);
  await screenshot(home, 'private-open');
  await home.goto(at('/household/1/private'));
  await check(home);
  await keyboard(home);
  await home.goto(at('/household'));

  await tabTo(home, 'form[action="/household/1/private"] button');
  await enter(home, 'form[action="/household/1/private"] button');
  assert.ok(!(await home.content()).includes('Sunanda'), 'closed again');
  await check(home);
});
