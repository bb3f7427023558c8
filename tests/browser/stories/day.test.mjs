// A day at a site on one screen: a walk-in against the quota gets a token, is vaccinated, observed and leaves; a check-in is
// undone; somebody who is called goes without a dose; the day is closed with a variance; a session is stopped. Without JavaScript
// but for the last test; every page on the way is checked by axe and at 360 pixels, in English and Hindi.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { at } from '../demo.mjs';
import { hire, logInAs, onDuty } from '../staff.mjs';

let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

async function check(page) {
  await axe(page);
  await at360(page);
}

async function inBoth(page) {
  await check(page);
  const here = new URL(page.url());
  await page.goto(at('/language/hi'));
  await page.goto(here.href);
  await check(page);
  await page.goto(at('/language/en'));
  await page.goto(here.href);
}

const counted = (page, text) =>
  page.locator('.counts a', { hasText: text }).locator('strong').innerText();

async function walkIn(page) {
  await page.goto(at('/staff/walk-in'));
  await page.locator('input[name="seat"]').first().check();
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill(`DAY${Math.floor(Math.random() * 1e7)}`);
  await page.locator('input[name="consent"]').first().check();
  await page.locator('#name').fill('Sarla Kulkarni');
  await page.locator('#birth_year').fill('1961');
  await page.locator('input[name="gender"]').first().check();
  await page.getByRole('button', { name: 'Give the seat' }).click();
}

const main = (page) => page.locator('main').innerText();
const BATCH = `DAY${Math.floor(Math.random() * 1e6)}`;
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** The walk-in whose seat was just given has the dose, is under observation, leaves, is called back and leaves. */
async function vaccinatedAndHome(page) {
  await page.getByRole('button', { name: 'Open the record' }).click();
  await page.locator('input[name="batch"][value="4121Z025"]').check();
  await page.locator('input[name="site"]').first().check();
  await page.locator('form:has(#batch) button[type="submit"]').first().click();
  await page.locator('main form button[type="submit"]').first().click();
  await page.goto(at('/staff'));
  const observed = Number(await counted(page, 'under observation'));
  assert.ok(observed >= 1, 'a dose moves the visit on by itself');
  assert.match(await page.locator('#observing').innerText(), /may go at \d+:\d\d/);
  await check(page);
  await page.locator('#observing button', { hasText: 'Has left' }).last().click();
  assert.match(await main(page), /Noted: gone home/);
  assert.equal(Number(await counted(page, 'under observation')), observed - 1);
  await page.locator('#left .more').first().click();
  await check(page);
  await page.getByRole('button', { name: 'Still here: undo “has left”' }).click();
  assert.match(await main(page), /under observation again/);
  assert.equal(Number(await counted(page, 'under observation')), observed);
  await page.locator('#observing button', { hasText: 'Has left' }).last().click();
}

/** Four vials of the story's own batch, so that it can be miscounted without the other stories' stock. */
async function receive(page) {
  await page.goto(at('/staff/stock/receive'));
  await page.locator('#batch').fill(BATCH);
  await page.locator('#expires_on').fill(inDays(90));
  await page.locator('#vials').fill('4');
  await page.locator('main form button[type="submit"]').first().click();
}

/** Closed with one dose fewer than the list has, which needs a reason. */
async function close(page) {
  await receive(page);
  await page.goto(at('/staff/day/close'));
  await inBoth(page);
  const batch = page.locator('.field', { hasText: BATCH });
  const listed = Number(/has (\d+) doses/.exec(await batch.innerText())[1]);
  await batch.locator('input[name^="counted-"]').fill(String(listed - 1));
  if (await page.locator('#carried').count()) await page.locator('#carried').fill('they wait for the evening session');
  await page.getByRole('button', { name: 'Close the day' }).click();
  assert.match(await main(page), /A count differs from the list/);
  await check(page);
  assert.equal(await batch.locator('input[name^="counted-"]').inputValue(), String(listed - 1), 'it is kept');
  await page.locator('#note').fill('one vial fell from the table');
  await page.getByRole('button', { name: 'Close the day' }).click();
  assert.match(await main(page), /Closed by/);
  assert.match(await main(page), new RegExp(`${BATCH}: ${listed - 1} doses counted`));
}

/** A session that nobody booked yet. */
async function planned(page) {
  await page.goto(at('/staff/sessions/new'));
  await page.locator('#day').fill(inDays(21));
  await page.locator('#first_online').fill('5');
  await page.locator('main form button[type="submit"]').first().click();
  if (await page.locator('#short').count()) {
    await page.locator('#short').check();
    await page.locator('main form button[type="submit"]').first().click();
  }
}

test('a nurse leads a walk-in by token from the door to the way home, and the manager closes the day', async () => {
  const manager = await hire(browser, 'site-manager', 'Manager Of The Day');
  const nurse = await hire(browser, 'vaccinator', 'Nurse Of The Day');
  await onDuty(browser, manager, nurse);
  const page = await phone(browser, { javaScriptEnabled: false });
  await logInAs(page, nurse);
  await page.goto(at('/staff'));
  await inBoth(page);
  const before = await counted(page, 'walk-in seats taken');
  await walkIn(page);
  await page.goto(at('/staff'));
  assert.notEqual(await counted(page, 'walk-in seats taken'), before, 'a walk-in counts against the quota');
  assert.ok(Number(await counted(page, 'waiting')) >= 1);
  await walkIn(page);
  await vaccinatedAndHome(page);

  // Undone; the next to be checked in gets a new token.
  const mine = page.locator('#waiting li').last();
  const [token] = /\d+/.exec(await mine.locator('.number').innerText());
  await mine.locator('.more').click();
  await inBoth(page);
  await page.getByRole('button', { name: 'Undo the check-in' }).click();
  assert.match(await main(page), /check-in was undone/);
  await check(page);
  const waiting = Number(await counted(page, 'waiting'));
  await page.locator('#to-come button', { hasText: 'Check in' }).first().click();
  assert.equal(Number(await counted(page, 'waiting')), waiting + 1);
  const [, anew] = /Checked in: token (\d+)/.exec(await main(page));
  assert.ok(Number(anew) > Number(token), `token ${token} was undone and is given to nobody else: ${anew}`);
  await screenshot(page, 'day');

  // Called: the number is large, and leads to the evidence.
  await page.getByRole('button', { name: /^Call token/ }).click();
  assert.match(page.url(), /\/staff\/visit\//);
  await page.goto(at('/staff'));
  assert.ok(Number(await counted(page, 'at a table')) >= 1);
  await page.locator('#tables .more').first().click();
  await page.getByRole('button', { name: 'Does not want it' }).click();
  assert.match(await page.locator('#away').innerText(), /Does not want it/);

  // A slip that is none is told beside the field.
  await page.locator('#slip').fill('no slip at all');
  await page.locator('#find').getByRole('button', { name: 'Check in' }).click();
  assert.match(await page.locator('#slip-error').innerText(), /not the code of a slip/);
  await check(page);

  const office = await phone(browser, { javaScriptEnabled: false });
  await logInAs(office, manager);
  await close(office);
  await inBoth(office);
  await screenshot(office, 'day_close');
  await office.locator('#reason').fill('one more person came to the door');
  await office.getByRole('button', { name: 'Open the day again' }).click();
  assert.match(await main(office), /open again/);

  await planned(office);
  await office.goto(at('/staff/sessions'));
  await office.locator('a[href$="/change"]').last().click();
  await inBoth(office);
  await office.getByRole('button', { name: 'Change the session' }).click();
  assert.match(await main(office), /Choose what is to happen/);
  await check(office);
  await office.locator('input[name="way"][value="stop"]').check();
  await office.locator('#reason').fill('both vaccinators fell ill');
  await office.getByRole('button', { name: 'Change the session' }).click();
  assert.match(await main(office), /The session was changed/);
  await check(office);
});

/** The timer of whoever came under observation last. */
const timer = (page) => page.locator('#observing .timer').last();

test('the screen is refreshed by itself, and its timers count thirty minutes down and end in words', async () => {
  const manager = await hire(browser, 'site-manager', 'Manager At Her Screen');
  const nurse = await hire(browser, 'vaccinator', 'Nurse At Her Screen');
  await onDuty(browser, manager, nurse);
  const page = await phone(browser);
  await page.clock.install();
  await logInAs(page, nurse);
  await walkIn(page);
  await page.getByRole('button', { name: 'Open the record' }).click();
  await page.locator('input[name="batch"][value="4121Z025"]').check();
  await page.locator('input[name="site"]').first().check();
  await page.locator('form:has(#batch) button[type="submit"]').first().click();
  await page.getByRole('button', { name: 'Yes, save' }).click();
  await page.goto(at('/staff'));
  const refreshed = async () => {
    const answer = page.waitForResponse((response) => response.url().endsWith('/staff/day/live'));
    await page.clock.fastForward(31_000);
    return (await answer).status();
  };
  assert.equal(await refreshed(), 200);
  let again = await refreshed();
  // Another story may have changed the day meanwhile.
  for (let turn = 0; again !== 304 && turn < 3; turn += 1) again = await refreshed();
  assert.equal(again, 304, 'nothing changed, so nothing is sent');
  await check(page);

  // The server's clock stands still for this page from here on: the line is cut, and the timers go on.
  await page.context().setOffline(true);
  const left = async () => Number(/^(\d+) min$/.exec((await timer(page).innerText()).trim())?.[1]);
  const first = await left();
  assert.ok(first >= 27 && first <= 30, `half an hour, less what this story took: ${first}`);
  await page.clock.fastForward(10 * 60_000);
  // The page rounds up, and its clock is set by the server's at each answer: a minute more or less.
  const later = await left();
  assert.ok(Math.abs(first - 10 - later) <= 1, `ten minutes later: ${first}, then ${later}`);
  await page.clock.fastForward((later - 1) * 60_000);
  assert.ok((await left()) <= 2, 'the last minutes');
  await page.clock.fastForward(121_000);
  assert.equal((await timer(page).innerText()).trim(), 'may go now');
  await page.clock.fastForward(60 * 60_000);
  assert.equal((await timer(page).innerText()).trim(), 'may go now', 'and no time below nothing');
  await check(page);

  await page.context().setOffline(false);
  await page.goto(at('/language/hi'));
  await page.goto(at('/staff'));
  assert.match((await timer(page).innerText()).trim(), /^\d+ मिनट$/);
  await page.context().setOffline(true);
  await page.clock.fastForward(31 * 60_000);
  assert.equal((await timer(page).innerText()).trim(), 'अब जा सकते हैं');
  await check(page);
});
