// A walk-in at the desk, and the dose: the forms that most stories of a nurse fill in.
import { otp } from './demo.mjs';

/** Fills in the open form of a walk-in; without `document`, the part about it stays as it is. */
export async function fillWalkIn(page, { name, born = '1961', document, seat = 'input[name="seat"]' }) {
  await page.locator(seat).first().check();
  if (document) {
    await page.locator('#document_type').selectOption({ index: 3 });
    await page.locator('#document_number').fill(document);
  }
  await page.locator('input[name="consent"]').first().check();
  await page.locator('#name').fill(name);
  await page.locator('#birth_year').fill(born);
  await page.locator('input[name="gender"]').first().check();
}

/** Types a mobile into the same form, and the code that is sent to it. */
export async function proveMobile(page, mobile) {
  await page.locator('#mobile').fill(mobile);
  await page.getByRole('button', { name: 'Send a code to the mobile' }).click();
  await page.locator('#otp').fill(await otp(mobile));
}

/** Sends the form of a walk-in. */
export async function giveSeat(page) {
  await page.getByRole('button', { name: 'Give the seat' }).click();
}

/** Opens the record of whoever was just given a seat. */
export async function openRecord(page) {
  await page.getByRole('button', { name: 'Open the record' }).click();
}

/** Chooses the batch and the site of a dose and sends the form, which is read back before it is saved. */
export async function sendDose(page, batch = '4121Z025') {
  await page.locator(`input[name="batch"][value="${batch}"]`).check();
  await page.locator('input[name="site"]').first().check();
  await page.locator('form:has(#batch) button[type="submit"]').first().click();
}
