// Somebody is unwell after the dose: minor at observation, then serious; the district numbers the case; the person tells of
// it themselves. Without JavaScript; every page on the way is checked by axe and at 360 pixels, the forms in Hindi too.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { check, inHindi } from '../checks.mjs';
import { at, newMobile, otp } from '../demo.mjs';
import { hire, logInAs, nurseOnDuty } from '../staff.mjs';

const NAME = 'Savitri Kamble';
let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

const submit = (page) => page.locator('main form button[type="submit"]').first().click();

/** Registered with a mobile, seated as a walk-in, opened on the document, vaccinated. */
async function vaccinated(citizen, nurse, mobile) {
  const document = `AEF${Math.floor(Math.random() * 1e7)}`;
  await citizen.goto(at('/login'));
  await citizen.locator('#mobile').fill(mobile);
  await citizen.locator('form[action="/login"] button').first().click();
  await citizen.locator('#otp').fill(await otp(mobile));
  await citizen.locator('form[action="/login/otp"] button:not([name])').click();
  await citizen.goto(at('/household/new'));
  await citizen.locator('input[name="consent"]').first().check();
  await citizen.locator('#name').fill(NAME);
  await citizen.locator('#birth_year').fill('1984');
  await citizen.locator('input[name="gender"][value="female"]').check();
  await citizen.locator('#document_type').selectOption({ index: 3 });
  await citizen.locator('#document_number').fill(document);
  await submit(citizen);
  const reference = (await citizen.locator('main').innerText()).match(/\d{4} \d{4} \d{4} \d{2}/)[0];

  await nurse.goto(at('/staff/walk-in'));
  await nurse.locator('input[name="seat"]').first().check();
  await nurse.locator('#document_type').selectOption({ index: 3 });
  await nurse.locator('#document_number').fill(document);
  await nurse.locator('#reference').fill(reference);
  await nurse.getByRole('button', { name: 'Give the seat' }).click();
  await nurse.goto(at('/staff/visit'));
  const way = nurse.locator('details', { has: nurse.locator('#document_number') });
  if (!(await way.evaluate((element) => element.open))) await way.locator('summary').click();
  await nurse.locator('#document_type').selectOption({ index: 3 });
  await nurse.locator('#document_number').fill(document);
  await way.locator('button[type="submit"]').click();
  await nurse.locator('input[name="batch"][value="4121Z025"]').check();
  await nurse.locator('#vial').fill('12');
  await nurse.locator('input[name="site"]').first().check();
  await nurse.locator('form:has(#batch) button[type="submit"]').first().click();
  await submit(nurse);
}

test('aefi: minor, then serious with its clock, numbered by the district, and the report from home', async () => {
  const mobile = newMobile();
  const citizen = await phone(browser, { javaScriptEnabled: false });
  const nurse = await phone(browser, { javaScriptEnabled: false });
  await logInAs(nurse, (await nurseOnDuty(browser)).nurse);
  await vaccinated(citizen, nurse, mobile);

  await nurse.getByRole('link', { name: 'The person feels unwell: report it' }).click();
  await check(nurse);
  await inHindi(nurse);
  const form = nurse.url();
  await submit(nurse);
  assert.ok((await nurse.locator('.summary a').count()) >= 2, 'an empty form is refused field by field');
  await check(nurse);
  await nurse.goto(form);
  await nurse.locator('input[name="symptoms"][value="fever"]').check();
  await nurse.locator('input[name="seriousness"][value="minor"]').check();
  await nurse.locator('input[name="outcome"][value="recovering"]').check();
  await submit(nurse);
  assert.match(await nurse.locator('main').innerText(), /The report was saved/);
  assert.ok(!(await nurse.locator('main').innerText()).includes(NAME), 'the list names nobody');
  await check(nurse);
  await inHindi(nurse);

  await nurse.goto(form);
  assert.match(await nurse.locator('main').innerText(), /There is a report of this dose/);
  await check(nurse);
  await nurse.locator('input[name="joins"]').first().check();
  await nurse.locator('#reason').fill('she was taken to hospital');
  await nurse.locator('input[name="symptoms"][value="anaphylaxis"]').check();
  await nurse.locator('input[name="seriousness"][value="serious"]').check();
  await nurse.locator('input[name="criteria"][value="hospitalisation"]').check();
  await nurse.locator('input[name="outcome"][value="recovering"]').check();
  await nurse.locator('#words').fill('swollen lips after ten minutes');
  await screenshot(nurse, 'aefi-form');
  await submit(nurse);
  assert.match(await nurse.locator('main').innerText(), /Serious[^]*Due by/);

  const officer = await phone(browser, { javaScriptEnabled: false });
  const member = await hire(browser, 'district-admin');
  await logInAs(officer, member);
  await officer.goto(at('/staff/aefi'));
  await check(officer);
  await inHindi(officer);
  await screenshot(officer, 'aefi-list');
  await officer.locator('a[href^="/staff/aefi/case/"]').first().click();
  await check(officer);
  assert.match(await officer.locator('main').innerText(), new RegExp(NAME));
  await submit(officer);
  assert.match(await officer.locator('main').innerText(), /IND\(CO-AEFI\)\/\d+\/\d+\/\d\d\/\d+/);
  await check(officer);
  await inHindi(officer);
  await screenshot(officer, 'aefi-case');
  await officer.getByRole('link', { name: 'Correct the form or add to it' }).click();
  await check(officer);

  await citizen.goto(at('/household'));
  await citizen.getByRole('link', { name: new RegExp(`${NAME} feels unwell`) }).click();
  await check(citizen);
  await inHindi(citizen);
  assert.match(await citizen.locator('main').innerText(), /Case number given/);
  await citizen.locator('input[name="symptoms"][value="headache"]').check();
  await submit(citizen);
  assert.match(await citizen.locator('main').innerText(), /Your report was sent/);
  await check(citizen);
  await screenshot(citizen, 'aefi-unwell');
  await citizen.goto(at('/household/1/access'));
  assert.match(await citizen.locator('main').innerText(), new RegExp(member.code));
});
