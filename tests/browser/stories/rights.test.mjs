// What a person can do about their record: object to a nurse's look and read the answer, end every login after a stranger's, and
// take their data along. The objection by the keyboard alone; without JavaScript; every page checked by axe and at 360 pixels,
// in both languages.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { booked } from '../citizen.mjs';
import { at, otp, outbox } from '../demo.mjs';
import { enter, keyboard, tabTo, type } from '../keyboard.mjs';
import { openToCome } from '../nurse.mjs';
import { hire, logInAs, nurseOnDuty } from '../staff.mjs';

const NAME = 'Sarojini Naik';
let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

async function check(page) {
  await axe(page);
  await at360(page);
}

/** The same page in Hindi, and back. */
async function inHindi(page) {
  const here = page.url();
  await page.goto(at('/language/hi'));
  await page.goto(here);
  await check(page);
  await page.goto(at('/language/en'));
  await page.goto(here);
}

const text = (page) => page.locator('main').innerText();

async function logIn(page, mobile) {
  await page.goto(at('/login'));
  await page.locator('#mobile').fill(mobile);
  await page.locator('form[action="/login"] button').first().click();
  await page.locator('#otp').fill(await otp(mobile));
  await page.locator('form[action="/login/otp"] button:not([name])').click();
}

/** A nurse opens the record on the slip's code. */
async function looked(citizen) {
  const page = await phone(browser, { javaScriptEnabled: false });
  const { nurse } = await nurseOnDuty(browser);
  await logInAs(page, nurse);
  await page.goto(at('/staff'));
  await openToCome(page, new RegExp(`\\b${citizen.queue}\\b`));
  await page.locator('#code').fill(citizen.code);
  await page.locator('main form button[type="submit"]').first().click();
  return nurse.code;
}

test('rights: an objection is made, answered within its clock, and read', async () => {
  const citizen = await booked(browser, NAME);
  const nurse = await looked(citizen);
  const { page } = citizen;
  await page.goto(at('/household/1/access'));
  assert.match(await text(page), new RegExp(`${nurse}[^]*Were you there\\?`));
  await check(page);
  await inHindi(page);
  await keyboard(page);
  await page.goto(at('/household/1/access'));
  await enter(page, 'a[href$="/object"]');
  await check(page);
  await inHindi(page);
  const form = page.url();
  await enter(page, 'main form button[type="submit"]');
  assert.ok((await page.locator('.summary a').count()) >= 1, 'an empty form is refused at its field');
  await check(page);
  await page.goto(form);
  await tabTo(page, 'input[name="ground"]');
  await page.keyboard.press('Space');
  await type(page, '#words', 'I was at home that morning');
  await screenshot(page, 'objection-form');
  await enter(page, 'main form button[type="submit"]');
  assert.match(await text(page), /Your objection was sent[^]*An answer is due by/);
  await check(page);

  const officer = await phone(browser, { javaScriptEnabled: false });
  const member = await hire(browser, 'district-admin');
  await logInAs(officer, member);
  await officer.goto(at('/staff/objections'));
  await check(officer);
  await inHindi(officer);
  assert.ok(!(await text(officer)).includes('at home'), 'the list has no word of it');
  await officer.locator('main a[href^="/staff/objections/"]').last().click();
  assert.match(await text(officer), /I was at home that morning/);
  assert.ok(!(await text(officer)).includes(NAME), 'and the officer no name');
  await check(officer);
  await inHindi(officer);
  await officer.locator('#words').fill('The nurse opened the wrong line of the list, and was told');
  await officer.locator('main form button[type="submit"]').first().click();
  assert.match(await text(officer), /The answer was sent/);
  await check(officer);

  await page.goto(at('/household/1/access'));
  const answered = new RegExp(`Answered by ${member.code}[^]*opened the wrong line`);
  assert.match(await text(page), answered);
  assert.match(await text(page), /To answer what you objected to/, 'the officer’s look stands in the list');
  assert.match(await outbox(citizen.mobile), /has been answered/);
});

test('rights: a stranger’s login is asked about, and one press ends it everywhere', async () => {
  const { page, mobile } = await booked(browser, NAME);
  const stranger = await phone(browser, { javaScriptEnabled: false });
  await logIn(stranger, mobile);
  await stranger.goto(at('/household'));
  assert.match(await text(stranger), new RegExp(NAME));
  await page.goto(at('/household'));
  assert.match(await text(page), /Was this you\?/);
  await check(page);
  await inHindi(page);
  await keyboard(page);
  await screenshot(page, 'was-this-you');
  await page.goto(at('/household/devices'));
  await check(page);
  await inHindi(page);
  await keyboard(page);
  await screenshot(page, 'devices');
  await page.goto(at('/household'));
  await enter(page, 'form[action="/household/end-logins"] button');
  assert.match(await text(page), /All logins were ended[^]*but this one/);
  await check(page);
  await page.goto(at('/login/ended'));
  assert.match(page.url(), /\/household$/, 'it is told once');
  await stranger.goto(at('/household'));
  assert.match(stranger.url(), /\/login/, 'the stranger is out');
  await page.goto(at('/household'));
  assert.match(await text(page), new RegExp(NAME), 'who pressed it on a confirmed device is not');
  assert.match(await outbox(mobile), /All logins of this number were ended/);
});

test('rights: everything that is kept is a page and a file', async () => {
  const { page } = await booked(browser, NAME);
  await page.goto(at('/household/1/data'));
  assert.match(await text(page), /What is kept and not shown here, and why/);
  await check(page);
  await inHindi(page);
  await keyboard(page);
  await screenshot(page, 'own-data');
  await page.goto(at('/household/1/data'));
  await page.locator('a[href$="/data/file"]').click();
  await check(page);
  await inHindi(page);
  const coming = page.waitForEvent('download');
  await page.locator('main form[action$="/data/file"] button').click();
  const data = JSON.parse(readFileSync(await (await coming).path(), 'utf8'));
  assert.equal(data.format, 'pramaan-own-data/1');
  assert.equal(data.patient.name, NAME);
  assert.equal(data.appointment.length, 1);
});
