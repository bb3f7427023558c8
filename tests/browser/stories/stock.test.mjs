// Stock at a site, as a manager and a nurse play it, without JavaScript: vials come, a dose takes one by itself, what is left
// is wasted, the rest is counted with a variance, and more seats than doses are warned of. Every page is checked by axe and
// at 360 pixels, in both languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { check, openInBoth } from '../checks.mjs';
import { at } from '../demo.mjs';
import { hire, logInAs, nurseOnDuty } from '../staff.mjs';
import { fillWalkIn, giveSeat, openRecord, sendDose } from '../walk_in.mjs';

const BATCH = `STK${Math.floor(Math.random() * 1e6)}`;
let browser;
let hired;
before(async () => {
  browser = await chromium();
  hired = await nurseOnDuty(browser);
});
after(async () => { await browser.close(); });

const submit = (page) => page.locator('main form button[type="submit"]').first().click();
const text = (page) => page.locator('main').innerText();
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

async function receive(page, vials) {
  await page.locator('a[href="/staff/stock/receive"]').first().click();
  await check(page);
  await submit(page);
  assert.ok((await page.locator('[aria-invalid="true"]').count()) >= 3, 'an empty form is refused field by field');
  await check(page);
  await page.locator('#batch').fill(BATCH.toLowerCase());
  await page.locator('#expires_on').fill(inDays(90));
  await page.locator('#vials').fill(String(vials));
  await submit(page);
  await check(page);
  assert.match(await text(page), new RegExp(`batch ${BATCH}`));
}

async function giveOne(nurse) {
  await nurse.goto(at('/staff/walk-in'));
  await fillWalkIn(nurse, { name: 'Parvati Jadhav', born: '1949', document: `STK${Math.floor(Math.random() * 1e7)}` });
  await giveSeat(nurse);
  await openRecord(nurse);
  await check(nurse);
  assert.match(await text(nurse), new RegExp(`batch ${BATCH}[^]*Closed vials: 20 doses`));
  await screenshot(nurse, 'dose-batches');
  await sendDose(nurse, BATCH);
  assert.match(await text(nurse), new RegExp(BATCH), 'the batch is shown once more before it is saved');
  await submit(nurse);
  await check(nurse);
}

async function openBatch(page) {
  await page.goto(at('/staff/stock'));
  await page.getByRole('link', { name: `Covishield, batch ${BATCH}`, exact: true }).click();
  await check(page);
}

test('stock is received, taken by a dose, wasted and counted', async () => {
  const manager = await phone(browser, { javaScriptEnabled: false });
  await logInAs(manager, hired.manager);
  await openInBoth(manager, '/staff/stock');
  assert.match(await text(manager), /Recalled since/, 'the demonstration has a recalled batch');
  await receive(manager, 2);
  await screenshot(manager, 'stock');

  const nurse = await phone(browser, { javaScriptEnabled: false });
  await logInAs(nurse, hired.nurse);
  await giveOne(nurse);
  await openInBoth(nurse, '/staff/stock');

  await openBatch(manager);
  assert.match(await text(manager), /Closed vials: 10 doses\. Open vials: 9 doses\./);
  await manager.getByRole('link', { name: /^Write down wasted doses Open vial/ }).first().click();
  await openInBoth(manager, new URL(manager.url()).pathname + new URL(manager.url()).search);
  assert.equal(await manager.locator('#doses').inputValue(), '9', 'what is left is proposed');
  await manager.locator('#doses').fill('10');
  await manager.locator('input[name="waste"][value="wasted_broken"]').check();
  await submit(manager);
  await check(manager);
  assert.match(await text(manager), /only 9 doses/, 'no stock goes below zero');
  await manager.locator('#doses').fill('9');
  await submit(manager);
  await check(manager);
  assert.match(await text(manager), /Closed vials: 10 doses\. Open vials: 0 doses\./);

  await manager.getByRole('link', { name: 'Count', exact: true }).click();
  await check(manager);
  await manager.locator('#doses').fill('8');
  await submit(manager);
  await check(manager);
  assert.match(await text(manager), /The stock book has another number/);
  await manager.locator('#note').fill('two were broken in the box');
  await submit(manager);
  await check(manager);
  assert.match(await text(manager), /Closed vials: 8 doses[^]*Missing at a count[^]*two were broken in the box/);
  await openInBoth(manager, new URL(manager.url()).pathname + new URL(manager.url()).search);
  await screenshot(manager, 'stock-book');
});

test('more seats than stock are warned of and published after a tick', async () => {
  const manager = await phone(browser, { javaScriptEnabled: false });
  await logInAs(manager, await hire(browser, 'site-manager'));
  await manager.goto(at('/staff/sessions/new'));
  await manager.locator('#vaccine').selectOption('COVAXIN');
  await manager.locator('#day').fill(inDays(20));
  await manager.locator('#first_online').fill('499');
  await submit(manager);
  await check(manager);
  assert.match(await text(manager), /There are more seats than doses/);
  await screenshot(manager, 'session-short');
  await manager.locator('#short').check();
  await submit(manager);
  await check(manager);
  assert.match(await text(manager), /can be booked/);
});

test('a district recalls a batch of the stock for every centre', async () => {
  const officer = await phone(browser, { javaScriptEnabled: false });
  await logInAs(officer, await hire(browser, 'district-admin'));
  await openInBoth(officer, '/staff/stock/recall');
  await submit(officer);
  assert.ok((await officer.locator('[aria-invalid="true"]').count()) >= 2);
  await check(officer);
  await officer.locator('#batch').fill(BATCH);
  await officer.locator('#reason').fill('labels came off in the fridge');
  await submit(officer);
  await check(officer);
  assert.match(await text(officer), new RegExp(`${BATCH}: recalled since[^]*labels came off`));
});
