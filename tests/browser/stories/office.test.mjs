// The district's office without JavaScript: a line of the morning page, its remedy, and the page without it; a week copied, the
// calendar, and a file with a bad row shown before it is published. Every page is checked by axe and at 360 pixels.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, desk, phone, screenshot } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { at } from '../demo.mjs';
import { keyboard } from '../keyboard.mjs';
import { CENTRE, hire, logInAs, nurseOnDuty } from '../staff.mjs';

let browser;
let admin;
let manager;
before(async () => {
  browser = await chromium();
  admin = await hire(browser, 'district-admin');
  manager = await hire(browser, 'site-manager');
});
after(async () => { await browser.close(); });

const text = (page) => page.locator('main').innerText();
const submit = (page) => page.locator('main form button[type="submit"]').first().click();
/** A day by India's clock, as the demo counts them. */
const inDays = (days) => new Date(Date.now() + 19_800_000 + days * 86_400_000).toISOString().slice(0, 10);
/** A centre and days of a run's own: the demo may have been planned before. */
const OWN = 700000 + Math.floor(Math.random() * 90000);

async function check(page) {
  await axe(page);
  await at360(page);
}

async function inBoth(page, path) {
  for (const language of ['hi', 'en']) {
    await page.goto(at(`/language/${language}`));
    await page.goto(at(path));
    await check(page);
  }
}

async function addCentre(page) {
  await page.goto(at('/staff/centres/new'));
  await check(page);
  await submit(page);
  assert.ok((await page.locator('[aria-invalid="true"]').count()) >= 3, 'an empty form is refused field by field');
  await check(page);
  for (const [field, value] of [
    ['id', String(OWN)], ['name', `Office test ${OWN}`], ['address', 'Fort'], ['block', 'Ward A'], ['pincode', '400001'],
  ]) await page.locator(`#${field}`).fill(value);
  await submit(page);
  assert.match(page.url(), /done=added/);
  await check(page);
}

async function importRows(page) {
  const row = (day, vaccine) => `${OWN},${day},${vaccine},18,12:00AM-11:59PM,1:online:10`;
  const file = ['centre_id,date,vaccine,min_age,slots,seats', row(inDays(0), 'COVISHIELD'), row(inDays(1), 'water'),
    row(inDays(7), 'COVAXIN')].join('\n');
  await page.goto(at('/staff/import'));
  await check(page);
  await page.locator('#file').setInputFiles({ name: 'sessions.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
  await submit(page);
  assert.match(await text(page), /Rows that can be published: 2\. Rows with something wrong: 1\./);
  await check(page);
  await screenshot(page, 'office-import-preview');
  await submit(page);
  assert.match(await text(page), /Tick this to leave out what is wrong/);
  await check(page);
  await page.locator('#skip').check();
  await submit(page);
  assert.match(page.url(), /done=published/);
}

test('a line of the morning page is one click from its remedy, and goes when it is mended', async () => {
  const page = await phone(browser, { javaScriptEnabled: false });
  await logInAs(page, admin);
  assert.match(page.url(), /\/staff\/district$/);
  await addCentre(page);
  await importRows(page);
  await inBoth(page, '/staff/district');
  await screenshot(page, 'office-morning');
  const line = page.locator('main li', { hasText: `Office test ${OWN}` });
  assert.match((await line.allInnerTexts()).join('\n'), /should be open since[^]*no vaccinator is on its list/);

  await line.getByRole('link', { name: 'Ask the site manager' }).first().click();
  await check(page);
  await page.locator('#word').fill('short');
  await submit(page);
  assert.equal(await page.locator('#word').inputValue(), 'short', 'what was typed stays');
  await check(page);
  await page.locator('#word').fill('Your centre should be open by now. When will it open?');
  await submit(page);
  assert.match(await text(page), /no site manager who could read the question/);

  const nurse = await hire(browser, 'vaccinator');
  await page.goto(at('/staff/district'));
  await line.getByRole('link', { name: 'Put a vaccinator on the list' }).click();
  await check(page);
  await page.locator('#code').fill(nurse.code);
  await submit(page);
  assert.match(page.url(), /done=relieved/);
  assert.ok(!(await line.allInnerTexts()).join('\n').includes('no vaccinator'), 'the line is gone');

  await inBoth(page, '/staff/reviews');
  await page.getByRole('link', { name: new RegExp(`Office test ${OWN}`) }).click();
  await check(page);
  await page.locator('input[name="act"][value="seen"]').check();
  await page.locator('#word').fill('They opened at ten, the key was late.');
  await submit(page);
  assert.match(page.url(), /done=seen/);
  await page.context().close();
});

test('offline doses and a lost second factor are lines that lead to where they are mended', async () => {
  const { nurse, manager: hers } = await nurseOnDuty(browser);
  const officer = await hire(browser, 'district-admin');
  const paper = await phone(browser, { javaScriptEnabled: false });
  await logInAs(paper, nurse);
  await paper.goto(at('/staff/paper'));
  await paper.locator('#vaccine').selectOption('COVISHIELD');
  await paper.locator('#batch').fill('4121Z025');
  await paper.locator('input[name="site"]').first().check();
  await paper.locator('#reference_id_1').fill('31415926535897');
  await paper.locator('#code_1').fill('1234');
  await paper.locator('#given_at_1').fill('00:01');
  await paper.locator('main form[action="/staff/paper"] button[type="submit"]').click();
  assert.match(await paper.locator('dl.large').first().innerText(), /4121Z025/);
  await paper.locator('main form[action="/staff/paper"] button[type="submit"]').first().click();
  assert.match(await text(paper), /1 doses kept/);

  const asks = await phone(browser, { javaScriptEnabled: false });
  await logInAs(asks, hers);
  await asks.goto(at('/staff/factors'));
  await asks.locator('#code').fill(nurse.code);
  await asks.locator('#reason').fill('her telephone fell into the well');
  await submit(asks);

  const page = await phone(browser, { javaScriptEnabled: false });
  await logInAs(page, officer);
  for (const [line, link, path] of [
    [/doses that are not in the records yet/, 'Ask the site manager', '/staff/reviews/ask'],
    [/wait for a new second factor/, 'Decide on the requests', '/staff/factors'],
  ]) {
    await page.goto(at('/staff/district'));
    const card = page.locator('main li', { hasText: line });
    await card.getByRole('link', { name: link }).first().click();
    assert.equal(new URL(page.url()).pathname, path);
    await check(page);
  }
  assert.match(await text(page), new RegExp(nurse.code));
  await page.context().close();
});

test('a week is shown and then copied, and the calendar has it', async () => {
  const page = await phone(browser, { javaScriptEnabled: false });
  await logInAs(page, manager);
  await page.goto(at('/staff/sessions'));
  await check(page);
  await page.getByRole('link', { name: 'Copy a week' }).click();
  await check(page);
  const weeks = 5 + Math.floor(Math.random() * 40);
  await page.locator('#to').fill(inDays(7 * weeks));
  await submit(page);
  await check(page);
  await screenshot(page, 'office-week');
  assert.match(await text(page), /From the week of/);
  const [day] = await page.locator('main section.card:not(:has(.care)) h3').allInnerTexts();
  assert.ok(day, 'the week of the demo has sessions that can be copied');
  await submit(page);
  assert.match(await text(page), /published/);

  // "Tuesday, 24 November 2026" is one row of its month.
  const [, date] = day.split(', ');
  const month = new Date(`${date} UTC`).toISOString().slice(0, 7);
  await inBoth(page, `/staff/calendar?centre=${CENTRE}&month=${month}`);
  const row = page.getByRole('row', { name: day.replace(/ \d{4}$/, '') });
  assert.match(await row.innerText(), /(One session|\d+ sessions)[^]*\d+ of \d+ taken/);
  await screenshot(page, 'office-calendar');
  await page.context().close();
});

test('the office is reached with the keyboard alone', async () => {
  const page = await desk(browser);
  const second = await hire(browser, 'district-admin');
  await logInAs(page, second);
  for (const path of ['/staff/district', '/staff/centres', '/staff/import', '/staff/progress', '/staff/calendar']) {
    await page.goto(at(path));
    await check(page);
    await keyboard(page);
  }
  await page.context().close();
});
