// The end of a day, at a centre of this story's own: what is left in an open vial is offered to walk-ins, taken, and the rest
// written down as wasted; somebody who did not come gives the seat up, is told, and comes after all. Without JavaScript; every
// page by axe at 360 pixels, in English and Hindi.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { batchesOf, booked } from '../citizen.mjs';
import { at, outbox } from '../demo.mjs';
import { ownSite, sql } from '../site.mjs';
import { logInAs, nurseOnDuty } from '../staff.mjs';
import { givenToday, inDays, openByCode, receive, typeDose, typeWalkIn } from '../table.mjs';

const SEND = 'main form button[type="submit"]';
let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

const text = (page) => page.locator('main').innerText();
const counted = (page, what) => page.locator('.counts a', { hasText: what }).locator('strong').innerText();

async function inBoth(page, path) {
  for (const language of ['hi', 'en']) {
    await page.goto(at(`/language/${language}`));
    await page.goto(at(path));
    assert.equal(await page.locator('html').getAttribute('lang'), language);
    await axe(page);
    await at360(page);
  }
}

/** Her nurse and manager, each logged in. */
async function staffed(site) {
  const hired = await nurseOnDuty(browser, 'Nurse At The End', site.id);
  const [nurse, manager] = [await phone(browser, { javaScriptEnabled: false }), await phone(browser, { javaScriptEnabled: false })];
  await logInAs(nurse, hired.nurse);
  await logInAs(manager, hired.manager);
  return { nurse, manager };
}

async function walkInGetsADose(nurse, batch) {
  await nurse.goto(at('/staff/walk-in'));
  await typeWalkIn(nurse, 'Anandi Leftover');
  await nurse.getByRole('button', { name: 'Give the seat' }).click();
  await nurse.getByRole('button', { name: 'Open the record' }).click();
  await typeDose(nurse, batch);
  await nurse.getByRole('button', { name: 'Yes, save' }).click();
  assert.match(await nurse.locator('h1').innerText(), /The dose is on record/);
}

test('leftover doses at the day’s end go to walk-ins, and what is still left is written down', async () => {
  const site = await ownSite(browser, [['COVISHIELD', '1:walk_in:1']]);
  const { nurse, manager } = await staffed(site);
  const batch = `END${Math.floor(Math.random() * 1e6)}`;
  await receive(manager, batch, 2);
  await walkInGetsADose(nurse, batch);

  await inBoth(nurse, '/staff');
  assert.match(await text(nurse), /9 doses of Covishield in open vials are for nobody yet/);
  assert.equal(await nurse.getByRole('button', { name: /^Offer/ }).count(), 0, 'the manager offers them');
  await inBoth(manager, '/staff');
  await screenshot(manager, 'leftover');
  await manager.locator('#leftover-COVISHIELD select, section[id^="leftover-"] select').first().selectOption({ index: 0 });
  await manager.getByRole('button', { name: 'Offer 9 seats to walk-ins' }).click();
  assert.match(await text(manager), /9 more seats for walk-ins\./);
  assert.ok(!/for nobody yet/.test(await text(manager)), 'what is offered is left over no more');
  assert.match((await counted(manager, 'walk-in seats taken')).replace(/\s/g, ''), /^1(\/|of)10$/);

  await walkInGetsADose(nurse, batch);
  await walkInGetsADose(nurse, batch);
  assert.equal(await givenToday(manager, batch), 3);
  await manager.goto(at('/staff/stock'));
  await manager.getByRole('link', { name: `Covishield, batch ${batch}`, exact: true }).click();
  assert.match(await text(manager), /Closed vials: 10 doses\. Open vials: 7 doses\./);
  await manager.getByRole('link', { name: /^Write down wasted doses Open vial/ }).first().click();
  assert.equal(await manager.locator('#doses').inputValue(), '7', 'what is left is proposed');
  await manager.getByLabel('Open vial past its time, or left at the end of the session').check();
  await manager.locator(SEND).first().click();
  assert.match(await text(manager), /Closed vials: 10 doses\. Open vials: 0 doses\./);
  await manager.goto(at('/staff/day/close'));
  const line = manager.locator('.field', { hasText: batch });
  assert.match(await line.innerText(), /has 10 doses in closed vials · 3 used today/);
  await line.locator('input').fill('10');
  await manager.locator('#carried').fill('they sit out their half hour');
  await manager.getByRole('button', { name: 'Close the day' }).click();
  const closed = await manager.locator('ul.figures').innerText();
  for (const figure of ['3 given', '7 wasted', '10 doses counted']) assert.ok(closed.includes(`${batch}: ${figure}`), closed);
});

/** Minutes since midnight in India. */
const minute = () => Math.floor(((Date.now() / 1000 + 19_800) % 86_400) / 60);
const clock = (minutes) => {
  const [hour, rest] = [Math.floor(minutes / 60), String(minutes % 60).padStart(2, '0')];
  return `${String(hour % 12 || 12).padStart(2, '0')}:${rest}${hour < 12 ? 'AM' : 'PM'}`;
};

test('somebody who did not come gives the seat up, is told, and comes after all with the same slip', async () => {
  const now = minute();
  // Hours that run now and hours to come; once the seat is booked, the first are set back in the database: time cannot be.
  const turn = Math.min(now + 15, 1_438);
  const site = await ownSite(browser, [['COVISHIELD', '1:online:1']], `12:00AM-${clock(turn)}|${clock(turn)}-11:59PM`);
  const person = await booked(browser, 'Vilambini Late', { centre: site.name });
  const { nurse, manager } = await staffed(site);
  await manager.goto(at('/staff'));
  assert.equal(await manager.locator('#release').count(), 0, 'nobody is late yet');
  // An hour that ended half an hour ago has to have begun today.
  if (now < 32) return;
  const session = `select id from session where centre = ${site.id} and vaccine = 'COVISHIELD'`;
  sql(`update session_slot set ends = ${now - 31} where slot = 0 and session in (${session})`);

  await inBoth(nurse, '/staff');
  assert.equal(await nurse.locator('#release').count(), 0, 'the manager gives seats away');
  await inBoth(manager, '/staff');
  assert.match(await text(manager), /One person is half an hour late/);
  const before = await outbox(person.mobile);
  await manager.locator('#release').click();
  assert.match(await text(manager), /One place was given up\. Walk-ins can take one seat\. A message goes to each of their phones\./);
  assert.match((await outbox(person.mobile)).slice(before.length), /did not come/);
  assert.equal(await manager.locator('#release').count(), 0, 'once');

  // Their slip says why it does not open, and the list leads on.
  await inBoth(nurse, '/staff');
  assert.equal(await counted(nurse, 'did not come'), '1');
  await screenshot(nurse, 'no-show');
  await nurse.locator('#no-shows').getByRole('button', { name: 'Came after all' }).click();
  assert.match(await text(nurse), /Checked in: token \d+/);
  assert.equal(await counted(nurse, 'did not come'), '0');
  await nurse.locator('#waiting a[href^="/staff/visit/"]').first().click();
  await nurse.locator('#code').fill(person.code);
  await nurse.locator(SEND).first().click();
  assert.match(await nurse.locator('h1').innerText(), /Vilambini Late/, 'the same slip opens');
  await typeDose(nurse, `LATE${site.id}`);
  await nurse.getByRole('button', { name: 'Yes, save' }).click();
  assert.deepEqual(await batchesOf(person.page), [`LATE${site.id}`]);
});
