// The log stops while a record is open: nothing is read, what was typed goes over to the form of a held dose, which is kept. So
// are the doses of the people who come with their slips, and of somebody new. The log is back, and all are recorded, each once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { batchesOf, booked } from '../citizen.mjs';
import { at } from '../demo.mjs';
import { sql } from '../site.mjs';
import { logInAs, nurseOnDuty } from '../staff.mjs';
import { batchesByDocument, givenToday, openByCode, recorded } from '../table.mjs';

/** A batch of this story's own, so that the day's count of it is the count of its doses. */
const BATCH = `LOG${Math.floor(Math.random() * 1e6)}`;
let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

async function check(page) {
  await axe(page);
  await at360(page);
}

/** A page of the nurse while nothing may be read: nobody who is booked is on it. */
async function nobody(page, people) {
  const html = await page.content();
  for (const one of people) for (const read of [one.name, one.document]) assert.ok(!html.includes(read), `${page.url()} shows ${read}`);
}

const stop = () => sql('create table stopped_head as select * from access_head') + sql('delete from access_head');
const start = () => sql('insert into access_head select * from stopped_head') + sql('drop table stopped_head');

/** The number under which the form of a held dose was kept. */
async function keep(nurse, people) {
  await nurse.locator('form[action="/staff/held-dose"] button[type="submit"]').click();
  await nobody(nurse, people);
  assert.match(await nurse.locator('dl.large').innerText(), new RegExp(BATCH), 'shown once more before it is kept');
  await nurse.locator('form[action="/staff/held-dose/save"] button[type="submit"]').first().click();
  await nobody(nurse, people);
  return /Kept: H-(\d+)/.exec(await nurse.locator('main').innerText())[1];
}

async function given(nurse) {
  await nurse.locator('#vaccine').selectOption('COVISHIELD');
  await nurse.locator('#batch').fill(BATCH);
  await nurse.locator('input[name="site"]').first().check();
}

async function bySlip(nurse, { reference, code }) {
  await nurse.locator('#reference_id').fill(reference);
  await nurse.locator('#code').fill(code);
}

async function newcomer(nurse, document) {
  await nurse.locator('input[name="who"][value="new"]').check();
  await nurse.locator('input[name="consent"]').first().check();
  await nurse.locator('#name').fill('Lilabai Nayi');
  await nurse.locator('#birth_year').fill('1952');
  await nurse.locator('input[name="gender"]').first().check();
  await nurse.locator('#document_type').selectOption({ index: 3 });
  await nurse.locator('#document_number').fill(document);
}

test('log stopped: nothing is read, doses are accepted, and all are recorded when the log is back', async () => {
  const { nurse: hired, manager } = await nurseOnDuty(browser);
  const people = [];
  for (let n = 0; n < 3; n += 1) people.push(await booked(browser, 'Lilabai Logstop'));
  const document = `LOG${Math.floor(Math.random() * 1e9)}`;
  const nurse = await phone(browser, { javaScriptEnabled: false });
  await logInAs(nurse, hired);
  await openByCode(nurse, people[0]);
  await nurse.locator('#batch_other').fill(BATCH);
  await nurse.locator('input[name="site"]').first().check();
  const numbers = [];
  stop();
  try {
    const entries = sql('select count(*) from access_leaf');
    await nurse.locator('form:has(#batch) button[type="submit"]').first().click();
    await check(nurse);
    await nobody(nurse, people);
    await screenshot(nurse, 'log-stopped');
    await nurse.locator('form[action="/staff/held-dose"] button[type="submit"]').click();
    assert.equal(await nurse.locator('#batch').inputValue(), BATCH, 'what was typed is there');
    assert.equal(await nurse.locator('input[name="site"]:checked').count(), 1);
    await check(nurse);
    await bySlip(nurse, people[0]);
    numbers.push(await keep(nurse, people));
    await check(nurse);
    for (const somebody of people.slice(1)) {
      await nurse.goto(at('/staff/held-dose'));
      await bySlip(nurse, somebody);
      await given(nurse);
      numbers.push(await keep(nurse, people));
    }
    for (const path of ['/staff', '/staff/held-dose']) {
      await nurse.goto(at(path));
      await nobody(nurse, people);
    }
    await nurse.goto(at('/staff/held-dose'));
    await newcomer(nurse, document);
    await given(nurse);
    numbers.push(await keep(nurse, people));
    assert.equal(new Set(numbers).size, 4, 'each under a number of its own');
    assert.equal(sql('select count(*) from access_leaf'), entries, 'and nothing is written into a log that was stopped');
  } finally {
    start();
  }
  await recorded(nurse, numbers);
  await check(nurse);
  for (const { page, reference } of people) assert.deepEqual(await batchesOf(page), [BATCH], `${reference} has one dose`);
  assert.deepEqual(await batchesByDocument(nurse, document), [BATCH], 'who was new has one dose');
  const office = await phone(browser, { javaScriptEnabled: false });
  await logInAs(office, manager);
  assert.equal(await givenToday(office, BATCH), 4, 'four doses, by the day’s count');
});
