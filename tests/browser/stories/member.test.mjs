// A woman leaves the family's phone for her own at the site, with her document; the family's phone no longer lists her. A
// number that shows nobody asks for paper, and is said to be new. Without JavaScript; every page on the way is checked by axe and
// at 360 pixels, in both languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { check, inHindi } from '../checks.mjs';
import { at, newMobile, otp } from '../demo.mjs';
import { logInAs, nurseOnDuty } from '../staff.mjs';

let browser;
let hired;
before(async () => {
  browser = await chromium();
  hired = (await nurseOnDuty(browser)).nurse;
});
after(async () => { await browser.close(); });

async function citizen(mobile, button = 'Log in') {
  const page = await phone(browser, { javaScriptEnabled: false });
  await page.goto(at('/login'));
  await page.locator('#mobile').fill(mobile);
  await page.locator('main form button[type="submit"]').first().click();
  await check(page);
  await page.locator('#otp').fill(await otp(mobile));
  await page.locator('main').getByRole('button', { name: button }).first().click();
  return page;
}

async function register(page, name, document) {
  await page.goto(at('/household/new'));
  await page.locator('input[name="consent"]').first().check();
  await page.locator('#name').fill(name);
  await page.locator('#birth_year').fill('1981');
  await page.locator('input[name="gender"]').first().check();
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill(document);
  await page.locator('main form button[type="submit"]').first().click();
  assert.match(page.url(), /registered/, await page.locator('main').innerText());
}

const document = () => `MBR${Math.floor(Math.random() * 1e7)}`;
const listed = async (page) => {
  await page.goto(at('/household'));
  return page.locator('main').innerText();
};

test('a member leaves the family phone for her own', async () => {
  const [family, own, hers] = [newMobile(), newMobile(), document()];
  const old = await citizen(family);
  await check(old);
  await register(old, 'Ramesh Pawar', document());
  await register(old, 'Savita Pawar', hers);
  assert.match(await listed(old), /Savita Pawar/);

  const desk = await phone(browser, { javaScriptEnabled: false });
  await logInAs(desk, hired);
  await desk.locator('a[href="/staff/phone"]').click();
  await check(desk);
  await desk.getByRole('button', { name: 'Send a code' }).click();
  await check(desk);
  await inHindi(desk, '/staff/phone');
  await desk.locator('#document_type').selectOption({ index: 3 });
  await desk.locator('#document_number').fill(hers);
  await desk.locator('#mobile').fill(own);
  await desk.getByRole('button', { name: 'Send a code' }).click();
  await check(desk);
  await desk.getByRole('button', { name: 'Change the phone' }).click();
  await check(desk);
  assert.equal(await desk.locator('#document_number').inputValue(), hers, 'nothing typed is lost');
  await desk.locator('#otp').fill(await otp(own));
  await screenshot(desk, 'member-phone');
  await desk.getByRole('button', { name: 'Change the phone' }).click();
  await check(desk);
  const done = await desk.locator('main').innerText();
  assert.match(done, /The phone is changed/);
  assert.doesNotMatch(done, /Savita/, 'nothing of her is shown');

  const left = await listed(old);
  assert.match(left, /Ramesh Pawar/);
  assert.doesNotMatch(left, /Savita/, 'the login that was open before shows her no more');
  const phoneOfHers = await citizen(own);
  const came = await listed(phoneOfHers);
  assert.match(came, /Savita Pawar/);
  assert.doesNotMatch(came, /Ramesh/);
  await check(phoneOfHers);
  await screenshot(phoneOfHers, 'member-own-phone');
});

test('a number that shows nobody asks for paper, and may be new to who has it', async () => {
  const mobile = newMobile();
  const page = await citizen(mobile);
  assert.match(await listed(page), /Registered with this number before/);
  await check(page);
  await page.locator('#paper').fill('31415926535897');
  await page.locator('#code').fill('1234');
  await page.getByRole('button', { name: 'Bring back' }).click();
  assert.match(await page.locator('main').innerText(), /This brings nobody back/);
  await check(page);
  await inHindi(page, '/household/proof');
  const fresh = await citizen(mobile, 'This number is new to me');
  assert.match(fresh.url(), /household\/number/);
  await check(fresh);
  await inHindi(fresh, '/household/number');
  await screenshot(fresh, 'member-number');
  await fresh.getByRole('button', { name: 'Yes, this number is new to me' }).click();
  assert.match(await fresh.locator('main').innerText(), /Nobody is on this number now/);
  await check(fresh);
});
