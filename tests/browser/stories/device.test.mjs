// A phone on the table that two nurses share: enrolled by the manager, switched by PIN, locked after two minutes with a
// half-filled form in it, closed by five wrong PINs. Printed codes log in. Every page by axe, at 360 pixels, in Hindi too.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, desk, phone, screenshot } from '../browser.mjs';
import { check, inBoth } from '../checks.mjs';
import { at } from '../demo.mjs';
import { hire, logInAs, onDuty } from '../staff.mjs';

const PINS = ['371904', '852016'];
let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

const main = (page) => page.locator('main').innerText();

/** With a printed code as the second factor. */
async function logIn(page, member, second) {
  await page.goto(at('/staff/login'));
  await page.locator('#code').fill(member.code);
  await page.locator('#password').fill(member.password);
  await page.locator('#totp').fill(second);
  await page.locator('main form button[type="submit"]').first().click();
}

/** A sheet of codes for a nurse without a phone. */
async function sheet(page, { code }) {
  await page.goto(at('/staff/sheets'));
  await page.locator(`form:has(input[value="${code}"]) button`).click();
  await check(page);
  return await page.locator('ol.card li').allInnerTexts();
}

async function unlock(page, { code, pin }) {
  await page.getByLabel(code).check();
  await page.locator('#pin').fill(pin);
  await page.getByRole('button', { name: 'Unlock' }).click();
}

/** Password and a printed code, and the PIN of the first time. */
async function begin(page, nurse, printed) {
  await logIn(page, nurse, printed);
  assert.match(page.url(), /pin\/set/, await main(page));
  await inBoth(page);
  await page.locator('#pin').fill('123456');
  await page.locator('#again').fill('123456');
  await page.getByRole('button', { name: 'Save the PIN' }).click();
  assert.match(await main(page), /too easy/);
  await check(page);
  await page.locator('#pin').fill(nurse.pin);
  await page.locator('#again').fill(nurse.pin);
  await page.getByRole('button', { name: 'Save the PIN' }).click();
  assert.equal(new URL(page.url()).pathname, '/staff', await main(page));
}

test('two nurses share a device, and the half-filled form waits for who typed it', async () => {
  const manager = await hire(browser, 'site-manager');
  const nurses = [];
  for (const pin of PINS) nurses.push({ ...await hire(browser), pin });
  await onDuty(browser, manager, ...nurses);
  const boss = await desk(browser);
  await logInAs(boss, manager);
  for (const path of ['/staff/devices', '/staff/sheets', '/staff/factors', '/staff/events', '/staff/roster/replacement']) {
    await boss.goto(at(path));
    await inBoth(boss);
  }
  const printed = [await sheet(boss, nurses[0]), await sheet(boss, nurses[1])];
  await boss.goto(at('/staff/devices'));
  await boss.locator('#name').fill('Table 1');
  await boss.getByRole('button', { name: 'Show a code' }).click();
  await check(boss);
  await screenshot(boss, 'device-code');
  const code = await boss.locator('p.mono').first().innerText();

  const shared = await phone(browser);
  await shared.clock.install();
  await shared.goto(at('/staff/device'));
  await inBoth(shared);
  await shared.locator('#code').fill('WRONG');
  await shared.locator('main form button[type="submit"]').first().click();
  await check(shared);
  await shared.locator('#code').fill(code.toLowerCase());
  await shared.locator('main form button[type="submit"]').first().click();
  assert.match(await main(shared), /This device is shared now/);
  await inBoth(shared);
  await begin(shared, nurses[0], printed[0][4]);
  await begin(shared, nurses[1], printed[1][0]);
  await logIn(await phone(browser), nurses[0], printed[0][4]);

  // The second nurse types, is called away, and the screen covers itself: announced first, and with a way to stay.
  await shared.goto(at('/staff/walk-in'));
  await shared.locator('#name').fill('Radha Bai');
  await shared.clock.fastForward(95_000);
  const box = shared.getByRole('alertdialog');
  await box.waitFor();
  assert.match(await box.innerText(), /locks in 30 seconds/);
  assert.equal(await shared.evaluate(() => document.activeElement.id), 'lock-stay');
  await shared.getByRole('button', { name: 'I am still here' }).click();
  await box.waitFor({ state: 'hidden' });
  assert.equal(await shared.locator('#name').inputValue(), 'Radha Bai');
  await shared.clock.fastForward(95_000);
  await box.waitFor();
  await shared.clock.fastForward(30_000);
  await shared.waitForSelector('#pin');
  assert.match(await main(shared), /Nothing you typed is lost/);
  assert.ok(!(await shared.content()).includes('Radha Bai'));
  await check(shared);
  await screenshot(shared, 'device-locked');

  await unlock(shared, nurses[0]);
  await shared.goto(at('/staff/walk-in'));
  assert.equal(await shared.locator('#name').inputValue(), '', 'a page of her own');
  await shared.getByRole('button', { name: 'Lock', exact: true }).click();
  await unlock(shared, nurses[1]);
  await check(shared);
  await shared.locator('main form button[type="submit"]').first().click();
  assert.equal(await shared.locator('#name').inputValue(), 'Radha Bai', 'hers is given back');

  await shared.getByRole('button', { name: 'Lock', exact: true }).click();
  for (let tries = 0; tries < 5; tries += 1) await unlock(shared, { ...nurses[0], pin: '937261' });
  await check(shared);
  await unlock(shared, nurses[0]);
  assert.match(await main(shared), /No PIN opens this device/);
  await unlock(shared, nurses[1]);

  // Without a line for three minutes the page of doses without one is not covered, and locks by itself.
  await shared.goto(at('/staff/offline'));
  await shared.locator('#offline-pin').fill('271828');
  await shared.locator('#offline-again').fill('271828');
  await shared.locator('#offline-door button[type="submit"]').click();
  await shared.locator('#offline-status', { hasText: 'Ready' }).waitFor();
  await shared.context().setOffline(true);
  for (let minute = 0; minute < 3; minute += 1) {
    await shared.locator('#batch').fill(`4121Z02${minute}`);
    await shared.clock.fastForward(60_000);
  }
  assert.equal(await shared.getByRole('alertdialog').count(), 0);
  await shared.clock.fastForward(121_000);
  await shared.locator('#offline-status', { hasText: 'Locked' }).waitFor();
  await shared.locator('#offline-pin').fill('271828');
  await shared.locator('#offline-door button[type="submit"]').click();
  await shared.locator('#offline-status', { hasText: 'Ready' }).waitFor();
  assert.equal(await shared.locator('#batch').inputValue(), '4121Z022');
  await shared.context().setOffline(false);

  // Lost: ended from afar, and the phone opens nothing.
  await boss.goto(at('/staff/devices'));
  await boss.locator('section:has(h2:text-is("Table 1")) button.danger').first().click();
  await check(boss);
  await boss.locator('button.danger').click();
  await shared.goto(at('/staff'));
  assert.match(shared.url(), /\/staff\/login/);
  await boss.goto(at('/staff/events'));
  assert.match(await main(boss), /PIN closed after five wrong tries/);
  await check(boss);
});
