// The paper day: the list is printed before, nobody is named on it, and what was written is typed in afterwards.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, desk, phone, screenshot } from '../browser.mjs';
import { check } from '../checks.mjs';
import { at, newMobile, otp } from '../demo.mjs';
import { logIn } from '../nurse.mjs';

const NURSE = 'MH395-0008';
const MANAGER = 'MH395-0002';
let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

/** Somebody books by phone; answers reference id and code as their slip shows them. */
async function booked(page) {
  const mobile = newMobile();
  await page.goto(at('/login'));
  await page.locator('input[name="mobile"]').fill(mobile);
  await page.locator('form[action="/login"] button').click();
  await page.locator('#otp').fill(await otp(mobile));
  await page.locator('form[action="/login/otp"] button:not([name])').click();
  await page.goto(at('/household/new'));
  await page.locator('input[name="consent"]').first().check();
  await page.locator('#name').fill('Draupadi Paperwala');
  await page.locator('#birth_year').fill('1975');
  await page.locator('input[name="gender"]').first().check();
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill(`PAP${Math.floor(Math.random() * 1e7)}`);
  await page.locator('main form button[type="submit"]').first().click();
  await page.goto(at('/sessions?pincode=400001'));
  const centre = page.locator('.card', { hasText: 'Fort Demonstration Hospital' });
  await centre.getByRole('link', { name: /book/i }).first().click();
  await page.locator('input[name="member"]').first().check();
  await page.locator('input[name="slot"]').first().check();
  await page.locator('main form button[type="submit"]').first().click();
  const code = (await page.locator('.big').first().innerText()).trim();
  await page.goto(at('/household'));
  const text = await page.locator('main').innerText();
  return { code, id: text.match(/\d[\d ]{12,20}\d/)[0] };
}

test('paper: the list is printed without names, and the sheet is typed in', async () => {
  const { id, code } = await booked(await phone(browser, { javaScriptEnabled: false }));
  const nurse = await desk(browser, { javaScriptEnabled: false });
  await logIn(nurse, NURSE);
  await nurse.goto(at('/staff/paper'));
  await check(nurse);
  await nurse.locator('main form[action="/staff/paper"] button[type="submit"]').click();
  assert.ok((await nurse.locator('[aria-invalid="true"]').count()) >= 3, 'an empty sheet is refused field by field');
  await check(nurse);
  await nurse.locator('#vaccine').selectOption('COVISHIELD');
  await nurse.locator('#batch').fill('4121Z025');
  await nurse.locator('input[name="site"]').first().check();
  await nurse.locator('#reference_id_1').fill(id);
  await nurse.locator('#code_1').fill(code);
  await nurse.locator('#given_at_1').fill('00:01');
  await screenshot(nurse, 'paper');
  await nurse.locator('main form[action="/staff/paper"] button[type="submit"]').click();
  assert.match(await nurse.locator('main').innerText(), /1 doses kept/);
  await check(nurse);
  await nurse.goto(at('/staff/held-dose'));
  await check(nurse);
  assert.match(await nurse.locator('main').innerText(), /from paper/);
  await nurse.goto(at('/staff/held-dose?from=paper'));
  await check(nurse);
  await nurse.goto(at('/language/hi'));
  await nurse.goto(at('/staff/paper'));
  await check(nurse);
});

test('paper: the manager prints the list of tomorrow', async () => {
  const manager = await desk(browser, { javaScriptEnabled: false });
  await logIn(manager, MANAGER);
  for (const path of ['/staff/roster/print', '/staff/roster/print?day=today']) {
    await manager.goto(at(path));
    await check(manager);
    assert.ok(!(await manager.locator('main').innerText()).includes('Paperwala'));
  }
  await manager.emulateMedia({ media: 'print' });
  await screenshot(manager, 'roster-print');
  assert.equal(await manager.locator('.steps').isVisible(), false, 'nothing but the sheet is printed');
});
