// A nurse's table: a walk-in gets a seat, a record is opened, a dose is typed and confirmed; held doses end in the records.
import assert from 'node:assert/strict';

import { at } from './demo.mjs';
import { openToCome } from './nurse.mjs';

const SEND = 'main form button[type="submit"]';
export const inDays = (days) => new Date(Date.now() + 19_800_000 + days * 86_400_000).toISOString().slice(0, 10);

/** Fills in the form of a walk-in with a passport. */
export async function typeWalkIn(page, name, document = `TAB${Math.floor(Math.random() * 1e9)}`) {
  await page.locator('input[name="seat"][value^="1|"]').first().check();
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill(document);
  await page.locator('input[name="consent"]').first().check();
  await page.locator('#name').fill(name);
  await page.locator('#birth_year').fill('1952');
  await page.locator('input[name="gender"]').first().check();
  return document;
}

/** Types a dose over the form of an open record, as far as the page that shows it back. */
export async function typeDose(page, batch) {
  const offered = page.locator(`input[name="batch"][value="${batch}"]`);
  if (await offered.count()) await offered.check();
  else await page.locator('#batch_other, input#batch[type="text"]').first().fill(batch);
  await page.locator('input[name="site"]').first().check();
  if (await page.locator('#reason').count()) await page.locator('#reason').fill('a batch of the story that plays here');
  await page.locator('form:has(input[name="site"]) button[type="submit"]').first().click();
}

/** Opens the record of who is `queue` on today's list by the code of the slip. */
export async function openByCode(page, { queue, code }, there = at) {
  await page.goto(there('/staff'));
  await openToCome(page, new RegExp(`\\b${queue}\\b`));
  await page.locator('#code').fill(code);
  await page.locator(SEND).first().click();
}

/** Opens the record of a visitor of today by document, under corrections, and answers its doses: the batch of each. */
export async function batchesByDocument(page, document, there = at) {
  await page.goto(there('/staff/correction/visit'));
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill(document);
  await page.locator('form:has(#document_number) button[type="submit"]').click();
  const text = await page.locator('main').innerText();
  assert.match(text, /Batch \S+,|No dose is on record/, text);
  return [...text.matchAll(/Batch (\S+),/g)].map(([, batch]) => batch);
}

/** Vials of the story's own batch come to the centre, by its manager's hand. */
export async function receive(page, batch, vials) {
  await page.goto(at('/staff/stock/receive'));
  await page.locator('#batch').fill(batch);
  await page.locator('#expires_on').fill(inDays(90));
  await page.locator('#vials').fill(String(vials));
  await page.locator(SEND).first().click();
  assert.match(await page.locator('main').innerText(), new RegExp(batch));
}

/** How many doses of a batch were given today, as the day's close counts them. */
export async function givenToday(page, batch) {
  await page.goto(at('/staff/day/close'));
  const found = new RegExp(`${batch}: (\\d+) given`).exec(await page.locator('ul.figures').innerText());
  return found ? Number(found[1]) : 0;
}

/** Waits until these held doses are in the records; the job runs every minute. `page` is a nurse's or a manager's. */
export async function recorded(page, numbers, there = at) {
  const states = async () => {
    await page.goto(there('/staff/held-dose'));
    const lines = await page.locator('main li').allInnerTexts();
    return numbers.map((number) => lines.find((line) => new RegExp(`^H-${number},`).test(line.trim())) ?? `H-${number} is not on the list`);
  };
  let now = await states();
  for (let turn = 0; turn < 75 && !now.every((line) => /recorded/.test(line)); turn += 1) {
    await new Promise((later) => setTimeout(later, 2_000));
    now = await states();
  }
  for (const line of now) assert.match(line, /: recorded/, now.join('\n'));
}
