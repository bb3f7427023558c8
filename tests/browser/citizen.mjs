// A citizen of a story's own: logs in by phone, registers, books at the tour's centre, and looks at what is on record.
import assert from 'node:assert/strict';

import { phone } from './browser.mjs';
import { at, newMobile, otp } from './demo.mjs';

/** The centre of the tour, open round the clock, so that stories play at any hour. */
export const CENTRE_NAME = 'Fort Demonstration Hospital';
const SEND = 'main form button[type="submit"]';

async function logIn(page, mobile) {
  await page.goto(at('/login'));
  await page.locator('#mobile').fill(mobile);
  await page.locator('form[action="/login"] button').first().click();
  await page.locator('#otp').fill(await otp(mobile));
  await page.locator('form[action="/login/otp"] button:not([name])').click();
}

async function register(page, name) {
  const document = `CIT${Math.floor(Math.random() * 1e9)}`;
  await page.goto(at('/household/new'));
  await page.locator('input[name="consent"]').first().check();
  await page.locator('#name').fill(name);
  await page.locator('#birth_year').fill('1975');
  await page.locator('input[name="gender"]').first().check();
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill(document);
  await page.locator(SEND).first().click();
  assert.match(page.url(), /registered/, await page.locator('main').innerText());
  return document;
}

/** The hours that a centre offers first: of the tour's, today, the running ones. */
async function book(page, { days = 0, centre: name = CENTRE_NAME }) {
  await page.goto(at('/sessions?pincode=400001'));
  if (days > 0) await page.locator('ul.days a').nth(days).click();
  const centre = page.locator('.card', { hasText: name });
  await centre.locator('a[href^="/book/"]').first().click();
  await page.locator('input[name="member"]').first().check();
  await page.locator('input[name="slot"]').first().check();
  await page.locator(SEND).first().click();
}

/**
 * Somebody who is expected today, or in so many `days`, at the tour's centre or at `centre`: `{ page, mobile, name, document, code, reference, queue, hours }`, the numbers as the slip
 * shows them, `queue` without a word.
 */
export async function booked(browser, name, where = {}) {
  const page = await phone(browser, { javaScriptEnabled: false });
  const mobile = newMobile();
  await logIn(page, mobile);
  const document = await register(page, name);
  await book(page, where);
  const slip = await page.locator('main').innerText();
  const code = (await page.locator('.big').first().innerText()).trim();
  const reference = (await page.locator('.digits').first().innerText()).replace(/\s/g, '');
  assert.match(code, /^\d{4}$/, slip);
  assert.match(reference, /^\d{14}$/, slip);
  const card = await page.locator('section.card').first().innerText();
  const queue = /\bNo\.?\s*(\d+)|number (\d+)/i.exec(card)?.slice(1).find(Boolean);
  assert.ok(queue, card);
  const hours = (await page.locator('dl.facts dd').first().innerText()).trim();
  return { page, mobile, name, document, code, reference, queue, hours };
}

/** How many doses the family's page shows, and of which batches: what is on record, as the person reads it. */
export async function batchesOf(page) {
  await page.goto(at('/household'));
  const links = page.locator('a[href*="/certificates/"]');
  const paths = await links.evaluateAll((some) => some.map((one) => one.getAttribute('href')));
  const batches = [];
  for (const path of paths) {
    await page.goto(at(path));
    batches.push((await page.locator('main').innerText()).match(/Batch\s+(\S+)/)[1]);
  }
  return batches;
}
