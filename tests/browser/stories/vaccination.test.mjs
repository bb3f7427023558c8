// The main job, as people play it, without JavaScript: register, book, be vaccinated, take the certificate home, verify
// it, and see who read the record. Every page on the way is checked by axe and at 360 pixels.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { check } from '../checks.mjs';
import { at, dataFolder, newMobile, otp, program, staffCode, staffPassword } from '../demo.mjs';
import { TO_COME, lastToCome } from '../nurse.mjs';

const NURSE = 'MH395-0007';
const NAME = 'Kavita Deshmukh';
let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

async function logIn(page, mobile) {
  await page.goto(at('/login'));
  await check(page);
  await page.getByLabel('Mobile', { exact: false }).first().fill(mobile);
  await page.locator('form[action="/login"] button').first().click();
  await check(page);
  await page.locator('#otp').fill(await otp(mobile));
  await page.locator('form[action="/login/otp"] button:not([name])').click();
}

async function register(page) {
  await page.goto(at('/household/new'));
  await check(page);
  await page.locator('input[name="consent"]').first().check();
  await page.locator('#name').fill(NAME);
  await page.locator('#birth_year').fill('1984');
  await page.locator('input[name="gender"]').nth(1).check();
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill(`TST${Math.floor(Math.random() * 1e7)}`);
  await page.locator('main form button[type="submit"]').first().click();
  await check(page);
}

/** The tour's centre is open round the clock, so the story plays at any hour. */
async function book(page) {
  await page.goto(at('/sessions?pincode=400001'));
  await check(page);
  const centre = page.locator('.card', { hasText: 'Fort Demonstration Hospital' });
  await centre.getByRole('link', { name: /book/i }).first().click();
  await check(page);
  await page.locator('input[name="member"]').first().check();
  await page.locator('input[name="slot"]').first().check();
  await page.locator('main form button[type="submit"]').first().click();
  await check(page);
  const text = await page.locator('main').innerText();
  return text;
}

async function asNurse(page, code) {
  await page.goto(at('/staff/login'));
  await check(page);
  await page.locator('#code').fill(NURSE);
  await page.locator('#password').fill(await staffPassword(NURSE));
  await page.locator('#totp').fill(await staffCode(NURSE));
  await page.locator('main form button[type="submit"]').first().click();
  await check(page);
  const roster = await page.locator('main').innerText();
  assert.ok(!roster.includes(NAME), 'the list of the day shows no names');
  await lastToCome(page);
  await page.locator(TO_COME).last().click();
  await check(page);
  await page.locator('#code').fill(code);
  await page.locator('main form button[type="submit"]').first().click();
  await check(page);
  assert.match(await page.locator('main').innerText(), new RegExp(NAME));
}

async function vaccinate(page) {
  await page.locator('input[name="batch"][value="4121Z025"]').check();
  assert.equal(await page.locator('input[name="site"]:checked').count(), 0, 'nobody chose for the nurse');
  await page.locator('input[name="site"]').first().check();
  await page.locator('form:has(#batch) button[type="submit"]').first().click();
  await check(page);
  const confirm = await page.locator('main').innerText();
  assert.match(confirm, new RegExp(NAME));
  assert.match(confirm, /4121Z025/);
  await page.locator('main form button[type="submit"]').first().click();
  await check(page);
}

test('one vaccination, end to end', async () => {
  const mobile = newMobile();
  const citizen = await phone(browser, { javaScriptEnabled: false, acceptDownloads: true });
  await logIn(citizen, mobile);
  await register(citizen);
  const booked = await book(citizen);
  const code = (await citizen.locator('.big').first().innerText()).trim();
  assert.match(code, /^\d{4}$/, booked);
  await screenshot(citizen, 'booked');

  const nurse = await phone(browser, { javaScriptEnabled: false });
  await asNurse(nurse, code);
  await vaccinate(nurse);
  await screenshot(nurse, 'vaccinated');

  await citizen.goto(at('/household'));
  await check(citizen);
  await screenshot(citizen, 'household');
  await citizen.locator('a[href*="/certificates/"]').first().click();
  await check(citizen);
  assert.match(await citizen.locator('h1').innerText(), new RegExp(NAME), 'the certificate in words');
  await screenshot(citizen, 'certificate');
  const [download] = await Promise.all([
    citizen.waitForEvent('download'),
    citizen.locator('a[href$="/certificate.pdf"]').click(),
  ]);
  const file = join(mkdtempSync(join(tmpdir(), 'pramaan-story-')), 'certificate.pdf');
  await download.saveAs(file);
  assert.equal(readFileSync(file).subarray(0, 5).toString(), '%PDF-');
  const told = execFileSync(program(), ['verify-certificate', file, '--data', dataFolder()], { encoding: 'utf8' });
  assert.match(told, /^VALID/);
  assert.match(told, new RegExp(NAME));

  await citizen.goto(at('/household/1/access'));
  await check(citizen);
  const accesses = await citizen.locator('main').innerText();
  assert.match(accesses, /Fort Demonstration Hospital/);
  assert.match(accesses, new RegExp(NURSE));
  await screenshot(citizen, 'access');
});
