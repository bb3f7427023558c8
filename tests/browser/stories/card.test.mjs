// A person without phone or papers: registered through a facilitator with a reason, given a printed card, vaccinated by it, and
// on a borrowed phone the certificate and the list of who read the record. A second person has papers and no phone, and a number
// that cannot be used. Without JavaScript; every page on the way is checked by axe and at 360 pixels, in both languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { check, inBoth } from '../checks.mjs';
import { at, newMobile, otp } from '../demo.mjs';
import { logInAs, nurseOnDuty } from '../staff.mjs';
import { fillWalkIn, giveSeat, sendDose } from '../walk_in.mjs';

let browser;
let hired;
before(async () => {
  browser = await chromium();
  hired = (await nurseOnDuty(browser)).nurse;
});
after(async () => { await browser.close(); });

async function fill(page, name) {
  await page.goto(at('/staff/walk-in'));
  await fillWalkIn(page, { name, born: '1950' });
}

/** `{ reference, code }` of the card that the page shows. */
async function card(page) {
  const token = await page.locator('input[name="card"]').inputValue();
  const [, , reference, code] = token.split(':');
  assert.match(reference, /^\d{14}$/);
  assert.match(code, /^\d{8}$/);
  return { reference, code };
}

async function giveDose(page) {
  await sendDose(page);
  await page.locator('main form button[type="submit"]').first().click();
  await check(page);
}

test('a person without phone or papers', async () => {
  const nurse = await phone(browser, { javaScriptEnabled: false });
  await logInAs(nurse, hired);
  await inBoth(nurse);
  await fill(nurse, 'Ganga Bai');
  await nurse.locator('input[name="without"]').check();
  await giveSeat(nurse);
  assert.ok((await nurse.locator('[aria-invalid="true"]').count()) >= 3, 'reason and facilitator are asked for');
  await check(nurse);
  await nurse.locator('#reason').fill('lives on the street, no papers');
  await nurse.locator('#facilitator').fill('Ramesh Kumar');
  await nurse.locator('#facilitator_type').selectOption({ index: 1 });
  await nurse.locator('#facilitator_number').fill(`FCL${Math.floor(Math.random() * 1e7)}`);
  await giveSeat(nurse);
  await check(nurse);
  const printed = await card(nurse);
  await screenshot(nurse, 'card');
  const [pdf] = await Promise.all([
    nurse.waitForEvent('download'),
    nurse.getByRole('button', { name: 'Card as a file to print (PDF)' }).click(),
  ]);
  assert.equal(pdf.suggestedFilename(), 'pramaan-card.pdf');

  // By card alone.
  await nurse.goto(at('/staff/visit'));
  await check(nurse);
  await nurse.locator('summary', { hasText: 'Show the printed card' }).click();
  await nurse.locator('#reference').fill(printed.reference);
  await nurse.locator('#card_code').fill('00000000');
  await nurse.locator('form:has(#card_code) button[type="submit"]').click();
  assert.match(await nurse.locator('main').innerText(), /do not belong together/);
  await check(nurse);
  await nurse.locator('#card_code').fill(printed.code);
  await nurse.locator('form:has(#card_code) button[type="submit"]').click();
  const record = await nurse.locator('main').innerText();
  assert.match(record, /Ganga Bai/);
  assert.match(record, /without a document/);
  await check(nurse);
  await giveDose(nurse);

  const borrowed = await phone(browser, { javaScriptEnabled: false });
  const mobile = newMobile();
  await borrowed.goto(at('/card'));
  await inBoth(borrowed);
  await borrowed.locator('form[action="/card"] button').click();
  assert.equal(await borrowed.locator('[aria-invalid="true"]').count(), 3);
  await check(borrowed);
  await borrowed.locator('#reference').fill(printed.reference);
  await borrowed.locator('#card_code').fill(printed.code);
  await borrowed.locator('#mobile').fill(mobile);
  await borrowed.locator('form[action="/card"] button').click();
  await inBoth(borrowed);
  await borrowed.locator('#otp').fill(await otp(mobile));
  await borrowed.locator('form[action="/card/otp"] button').click();
  await inBoth(borrowed);
  await screenshot(borrowed, 'card-record');
  const [certificate] = await Promise.all([
    borrowed.waitForEvent('download'),
    borrowed.locator('a[href="/card/certificates/1"]').click(),
  ]);
  assert.equal(certificate.suggestedFilename(), 'pramaan-certificate.pdf');
  await borrowed.goto(at('/card/access'));
  await inBoth(borrowed);
  const list = await borrowed.locator('main').innerText();
  assert.match(list, new RegExp(hired.code), 'who registered and who opened');
  assert.match(list, /by printed card number 1/);
  assert.match(list, /Ramesh Kumar spoke for you/);
  await borrowed.goto(at('/card/record'));
  await borrowed.getByRole('button', { name: 'End this card' }).click();
  assert.match(await borrowed.locator('main').innerText(), /The card has ended/);
  await check(borrowed);
});

test('a person without phone but with papers', async () => {
  const nurse = await phone(browser, { javaScriptEnabled: false });
  await logInAs(nurse, hired);
  await fill(nurse, 'Tulsi Ram');
  await nurse.locator('#document_type').selectOption({ index: 3 });
  await nurse.locator('#document_number').fill(`CRD${Math.floor(Math.random() * 1e7)}`);
  await giveSeat(nurse);
  await check(nurse);
  const printed = await card(nurse);
  await nurse.getByRole('button', { name: 'Open the record' }).click();
  assert.match(await nurse.locator('main').innerText(), /Tulsi Ram/);
  await giveDose(nurse);
  await nurse.goto(at('/staff/card'));
  await inBoth(nurse);
  await nurse.locator('#reference').fill(printed.reference);
  await nurse.locator('#card_code').fill(printed.code);
  await nurse.getByRole('button', { name: 'The list of who read the record, to print' }).click();
  await check(nurse);
  assert.match(await nurse.locator('main').innerText(), /by printed card number 1/);
  await nurse.goto(at('/staff/walk-in/withdraw'));
  await inBoth(nurse);
});
