// A second dose on another mobile finds the first: a nurse types the document in hand, compares the two records, a manager
// agrees, the doses are one course; and it is taken back by two. Without JavaScript; axe and 360 pixels, English and Hindi.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { check, inBoth } from '../checks.mjs';
import { at, newMobile, outbox } from '../demo.mjs';
import { logInAs, nurseOnDuty } from '../staff.mjs';
import { fillWalkIn, giveSeat, openRecord, proveMobile } from '../walk_in.mjs';

const NAME = 'Lalita Pawar';
const DOCUMENT = `MRG${Math.floor(Math.random() * 1e7)}`;
let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

/** Registered at the desk with a number of their own and the same document, and seated: the open record. */
async function seated(page, name, mobile) {
  await page.goto(at('/staff/walk-in'));
  await fillWalkIn(page, { name, document: DOCUMENT });
  await proveMobile(page, mobile);
  await giveSeat(page);
  await openRecord(page);
}

async function vaccinate(page) {
  await page.locator('#batch').check();
  await page.locator('input[name="site"]').first().check();
  await page.locator('form:has(#batch) button[type="submit"]').first().click();
  await page.getByRole('button', { name: 'Yes, save' }).click();
}

test('a second dose on another mobile finds the first, is merged into one course, and un-merged', async () => {
  const { nurse: member, manager: second } = await nurseOnDuty(browser);
  const nurse = await phone(browser, { javaScriptEnabled: false });
  await logInAs(nurse, member);
  const [first, other] = [newMobile(), newMobile()];
  await seated(nurse, NAME, first);
  await vaccinate(nurse);

  await seated(nurse, 'लालिता पवार', other);
  await check(nurse);
  const action = await nurse.locator('form[action$="/merge"]').getAttribute('action');
  const record = at(action.replace(/\/merge$/, ''));
  await nurse.getByRole('button', { name: 'Had a dose under another mobile' }).click();
  await inBoth(nurse);
  const from = nurse.url();
  assert.match(from, /\/staff\/merge\/record\//);
  await nurse.getByRole('button', { name: 'Look' }).first().click();
  assert.ok((await nurse.locator('[aria-invalid="true"]').count()) >= 1, 'a document is needed');
  await check(nurse);
  await nurse.locator('#document_type').selectOption({ index: 3 });
  await nurse.locator('#document_number').fill(DOCUMENT);
  await nurse.getByRole('button', { name: 'Look' }).first().click();
  await inBoth(nurse);
  const compared = await nurse.locator('main').innerText();
  assert.match(compared, /Lalita Pawar[^]*Sounds alike/);
  assert.match(compared, /Covishield|COVISHIELD/i, 'the first dose is found');
  await screenshot(nurse, 'merge');
  await nurse.getByRole('button', { name: 'Yes, propose to join them' }).click();
  assert.ok((await nurse.locator('[aria-invalid="true"]').count()) >= 1, 'a reason is needed');
  await check(nurse);
  await nurse.locator('#reason').fill('the first dose was on another mobile, passport seen');
  await nurse.getByRole('button', { name: 'Yes, propose to join them' }).click();
  await inBoth(nurse);
  assert.match(await nurse.locator('h1').innerText(), /A second person has to agree/);

  const manager = await phone(browser, { javaScriptEnabled: false });
  await logInAs(manager, second);
  const decide = async () => {
    await manager.goto(at('/staff/merge'));
    await inBoth(manager);
    await manager.getByRole('link', { name: 'Look and decide' }).last().click();
    await inBoth(manager);
    assert.ok(!(await manager.locator('main').innerText()).includes(NAME), 'the second person is told no name');
    await manager.getByRole('button', { name: 'I agree: do it' }).click();
    await check(manager);
    assert.match(await manager.locator('h1').innerText(), /It is done/);
  };
  await decide();
  for (const mobile of [first, other]) {
    const told = await outbox(mobile);
    assert.match(told, /was joined with another record/);
    assert.ok(!told.split('joined')[1].includes(NAME));
  }

  await nurse.goto(record);
  await check(nurse);
  assert.match(await nurse.locator('dl.facts').innerText(), /in another record of this person/, 'one course');

  await nurse.goto(from);
  await inBoth(nurse);
  await nurse.locator('input[name="joined"]').first().check();
  await nurse.locator('#reason').fill('the passports are of two sisters');
  await nurse.getByRole('button', { name: 'Propose to separate' }).click();
  await check(nurse);
  await decide();
  await nurse.goto(record);
  assert.ok(!(await nurse.locator('dl.facts').innerText()).includes('in another record'), 'as it was');
});
