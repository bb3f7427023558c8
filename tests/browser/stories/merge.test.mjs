// A second dose on another mobile finds the first: a nurse types the document in hand, compares the two records, a manager
// agrees, the doses are one course; and it is taken back by two. And a second dose is booked on the mobile in use, by the page.
// Without JavaScript; axe and 360 pixels, English and Hindi.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { at, newMobile, otp, outbox, vaccinated } from '../demo.mjs';
import { logInAs, nurseOnDuty } from '../staff.mjs';

const NAME = 'Lalita Pawar';
const DOCUMENT = `MRG${Math.floor(Math.random() * 1e7)}`;
let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

async function check(page) {
  await axe(page);
  await at360(page);
}

/** The same page in Hindi, checked too. */
async function inBoth(page) {
  await check(page);
  const here = page.url();
  await page.goto(at('/language/hi'));
  await page.goto(here);
  await check(page);
  await page.goto(at('/language/en'));
  await page.goto(here);
}

/** Registered at the desk with a number of their own and the same document, and seated: the open record. */
async function seated(page, name, mobile, document = DOCUMENT, { year, gender } = { year: '1961', gender: 'Male' }) {
  await page.goto(at('/staff/walk-in'));
  await page.locator('input[name="seat"]').first().check();
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill(document);
  await page.locator('input[name="consent"]').first().check();
  await page.locator('#name').fill(name);
  await page.locator('#birth_year').fill(year);
  await page.getByLabel(gender, { exact: true }).check();
  await page.locator('#mobile').fill(mobile);
  await page.getByRole('button', { name: 'Send a code to the mobile' }).click();
  await page.locator('#otp').fill(await otp(mobile));
  await page.getByRole('button', { name: 'Give the seat' }).click();
  await page.getByRole('button', { name: 'Open the record' }).click();
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

/** The first page of a session that offers this choice of a member. */
async function offering(page, choice) {
  await page.goto(at('/sessions?pincode=400001'));
  const links = await page.locator('a[href^="/book/"]').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  for (const href of new Set(links)) {
    await page.goto(at(href));
    if (await page.locator(choice).count()) return;
  }
  throw new Error(`no session offers ${choice}`);
}

test('after a first dose on another mobile and a merge, the second is booked on the mobile in use, by its page', async () => {
  const { nurse: member, manager: second } = await nurseOnDuty(browser);
  const nurse = await phone(browser, { javaScriptEnabled: false });
  await logInAs(nurse, member);
  // Laxmi of the demo had her first dose fourteen weeks ago.
  const [first, other] = [vaccinated()[3].mobile, newMobile()];
  await seated(nurse, 'Laxmi Patil', other, `${DOCUMENT}B`, { year: '1990', gender: 'Transgender' });

  const citizen = await phone(browser, { javaScriptEnabled: false });
  await citizen.goto(at('/login'));
  await citizen.locator('#mobile').fill(other);
  await citizen.locator('form[action="/login"] button').click();
  await citizen.locator('#otp').fill(await otp(other));
  await citizen.locator('form[action="/login/otp"] button:not([name])').click();
  await citizen.goto(at('/household'));
  assert.match(await citizen.locator('main').innerText(), /First dose: can be given now/);

  await nurse.getByRole('button', { name: 'Had a dose under another mobile' }).click();
  await nurse.locator('#mobile').fill(first);
  await nurse.getByRole('button', { name: 'Send a code' }).click();
  await nurse.locator('#otp').fill(await otp(first));
  await nurse.getByRole('button', { name: 'Look' }).last().click();
  assert.equal(await nurse.locator('#reason').count(), 1, await nurse.locator('main').innerText());
  await nurse.locator('#reason').fill('the first dose was on her sister’s mobile, both read out a code');
  await nurse.getByRole('button', { name: 'Yes, propose to join them' }).click();
  const manager = await phone(browser, { javaScriptEnabled: false });
  await logInAs(manager, second);
  await manager.goto(at('/staff/merge'));
  await manager.getByRole('link', { name: 'Look and decide' }).last().click();
  await manager.getByRole('button', { name: 'I agree: do it' }).click();

  await citizen.goto(at('/household'));
  await inBoth(citizen);
  const family = await citizen.locator('main').innerText();
  assert.match(family, /Second dose: can be given now/);
  assert.match(family, /Another record of this person counts, too/);
  assert.ok(!/Covishield, /.test(family), 'neither vaccine nor day of the other record');
  await screenshot(citizen, 'merge-family');
  await offering(citizen, 'input[name="member"][value^="2-"]');
  await inBoth(citizen);
  await citizen.locator('input[name="member"][value^="2-"]').check();
  await citizen.locator('input[name="slot"]').first().check();
  await citizen.locator('main form button[type="submit"]').first().click();
  await check(citizen);
  assert.match(await citizen.locator('main').innerText(), /Your seat is booked[^]*Second dose/);
});
