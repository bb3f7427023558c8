// What the steps of a nurse's work cost her line, beside those of old_phone: from the door to the way home, by card, without a
// line, from paper, a correction, an unwell person, stock, a change of phone, a merge, a private record, the PIN of a shared
// device. Each at most 30 kB and two requests, scripts and pictures included; the first page of a device once, files apart.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone } from '../browser.mjs';
import { booked } from '../citizen.mjs';
import { at, newMobile, otp } from '../demo.mjs';
import { line } from '../line.mjs';
import { lastToCome } from '../nurse.mjs';
import { ownSite } from '../site.mjs';
import { hire, logInAs, nurseOnDuty, onDuty, sendLogIn } from '../staff.mjs';
import { inDays, typeDose, typeWalkIn } from '../table.mjs';
import { STEP, scales } from '../weight.mjs';

const SEND = 'main form button[type="submit"]';
let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

/** `step(name, play)` weighs a step; `heavy` has what was over the limit, so that one run names them all. */
async function weighing(page, context) {
  const scale = await scales(page);
  const heavy = [];
  const step = async (name, play) => {
    try {
      const cost = await scale.step(name, play);
      context.diagnostic(`${name}: ${cost.requests} requests, ${cost.bytes} bytes`);
    } catch (error) {
      if (error.code !== 'ERR_ASSERTION' || !/at most|counted/.test(error.message)) throw error;
      heavy.push(error.message);
    }
  };
  return { step, heavy, goto: (name, path) => step(name, () => page.goto(at(path))) };
}

const press = (page, name) => page.getByRole('button', { name }).first().click();

/** The steps at the table for somebody who came without an appointment, as far as the record. */
async function walkedIn(page, { step, goto }, name) {
  await goto(`${name}: the form of a walk-in`, '/staff/walk-in');
  const document = await typeWalkIn(page, `Tolabai ${name}`);
  await step(`${name}: the seat, and the card to print`, () => press(page, 'Give the seat'));
  const [, , reference, code] = (await page.locator('input[name="card"]').first().inputValue()).split(':');
  await step(`${name}: the record`, () => press(page, 'Open the record'));
  return { document, reference, code };
}

async function dosed(page, { step }, name) {
  await step(`${name}: the dose is shown back`, () => typeDose(page, '4121Z025'));
  await step(`${name}: the dose is saved`, () => press(page, 'Yes, save'));
}

test('each step at the table is light: from check-in to the way home, and by card', async (context) => {
  // A centre of its own: what the day's page weighs with many people on it is not asked here.
  const site = await ownSite(browser, [['COVISHIELD', '1:online:9|1:walk_in:9']]);
  const { nurse } = await nurseOnDuty(browser, 'Nurse At The Scales', site.id);
  const person = await booked(browser, 'Tolabai Booked', { centre: site.name });
  const page = await phone(browser);
  const weighed = await weighing(page, context);
  const { step, goto, heavy } = weighed;
  // Its style, mark and script come once for each release, so this has a limit in bytes alone.
  const cold = await (await scales(page)).weigh(() => page.goto(at('/staff/login')));
  context.diagnostic(`the first page of a device: ${cold.requests} requests, ${cold.bytes} bytes`);
  assert.ok(cold.bytes <= 30_000, `the first page of a device: ${cold.bytes} bytes`);
  await step('log in', () => sendLogIn(page, nurse));
  await lastToCome(page, (play) => step('go on in the list', play));
  const row = page.locator('#to-come li', { hasText: new RegExp(`\\b${person.queue}\\b`) }).last();
  await step('check in', () => row.getByRole('button').click());
  await step('call', () => page.getByRole('button', { name: /^Call token/ }).click());
  await goto('the day', '/staff');
  const card = await walkedIn(page, weighed, 'walk-in');
  await dosed(page, weighed, 'walk-in');
  await goto('the day after a dose', '/staff');
  await step('has left', () => page.locator('#observing button', { hasText: 'Has left' }).last().click());
  await goto('the desk for cards', '/staff/card');
  await page.locator('#reference').fill(card.reference);
  await page.locator('#card_code').fill(card.code);
  await step('the list of who read the record', () => press(page, 'The list of who read the record, to print'));
  await goto('the close of the day', '/staff/day/close');
  assert.deepEqual(heavy, []);
});

test('each step without a line and from paper is light', async (context) => {
  const { nurse } = await nurseOnDuty(browser);
  const page = await phone(browser);
  await logInAs(page, nurse);
  const { step, goto, heavy } = await weighing(page, context);
  await goto('the form of a held dose', '/staff/held-dose');
  await page.locator('#reference_id').fill('31415926535897');
  await page.locator('#code').fill('1234');
  await page.locator('#vaccine').selectOption('COVISHIELD');
  await page.locator('#batch').fill('4121Z025');
  await page.locator('input[name="site"]').first().check();
  await page.locator('#reason').fill('weighed by a story of the tests');
  await step('a held dose is shown back', () => press(page, 'Check before saving'));
  await step('a held dose is kept', () => page.locator('form[action="/staff/held-dose/save"] button').first().click());
  await goto('the page without a line', '/staff/offline');
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.locator('#offline-pin').fill('271828');
  if (!(await page.locator('#offline-again').isVisible())) await page.locator('#offline-again-field summary').click();
  await page.locator('#offline-again').fill('271828');
  await step('its PIN is chosen', async () => {
    await page.locator('#offline-door button[type="submit"]').click();
    await page.locator('#offline-status', { hasText: 'Ready' }).waitFor();
  });
  await page.locator('#reference_id').fill('31415926535897');
  await page.locator('#code').fill('1234');
  await page.locator('#vaccine').selectOption('COVISHIELD');
  await page.locator('#batch').fill('4121Z025');
  await page.locator('input[name="site"]').first().check();
  await page.locator('#offline-fields button[type="submit"]').click();
  await step('a dose is kept on the phone and sent', async () => {
    await page.locator('#offline-save').click();
    await page.locator('#offline-status', { hasText: 'All was sent' }).waitFor();
  });
  await goto('the sheet from paper', '/staff/paper');
  await page.locator('#vaccine').selectOption('COVISHIELD');
  await page.locator('#batch').fill('4121Z025');
  await page.locator('input[name="site"]').first().check();
  await page.locator('#reference_id_1').fill('31415926535897');
  await page.locator('#code_1').fill('1234');
  await page.locator('#given_at_1').fill('00:01');
  await step('the sheet from paper is shown back', () => press(page, 'Check these doses'));
  await step('the sheet from paper is kept', () => press(page, 'Yes, save'));
  assert.deepEqual(heavy, []);
});

test('the page without a line is light each time it is opened, its worker included', async (context) => {
  const { nurse } = await nurseOnDuty(browser);
  const wire = await line();
  const page = await phone(browser);
  await page.goto(`${wire.address}/staff/login`);
  await sendLogIn(page, nurse);
  const opened = async () => {
    const before = wire.answered.length;
    await page.goto(`${wire.address}/staff/offline`);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(1_000);
    const answers = wire.answered.slice(before);
    const bytes = answers.reduce((sum, one) => sum + one.bytes, 0);
    context.diagnostic(`${answers.length} requests, ${bytes} bytes: ${answers.map((one) => `${one.path} ${one.bytes}`).join(', ')}`);
    return { requests: answers.length, bytes };
  };
  // The first time it takes along what it needs without a line.
  await opened();
  const { requests, bytes } = await opened();
  await wire.close();
  assert.ok(requests <= STEP.requests && bytes <= STEP.bytes, `opened again: ${requests} requests, ${bytes} bytes`);
});

test('each step with an open record is light: correction, unwell, merge, private', async (context) => {
  const site = await ownSite(browser, [['COVISHIELD', '1:walk_in:9']]);
  const { nurse } = await nurseOnDuty(browser, 'Nurse At The Scales', site.id);
  const page = await phone(browser);
  await logInAs(page, nurse);
  const weighed = await weighing(page, context);
  const { step, goto, heavy } = weighed;
  await walkedIn(page, weighed, 'first');
  await step('the form of a private record', () => page.getByRole('link', { name: 'Keep this record private' }).click());
  await step('back to the record', () => page.getByRole('link', { name: 'Back' }).last().click());
  await dosed(page, weighed, 'first');
  await step('the form of an unwell person', () => page.getByRole('link', { name: /feels unwell/ }).click());
  await page.locator('input[name="symptoms"][value="fever"]').check();
  await page.locator('input[name="seriousness"][value="minor"]').check();
  await page.locator('input[name="outcome"][value="recovering"]').check();
  await step('an unwell person is reported', () => page.locator(SEND).first().click());
  await goto('the day', '/staff');
  await step('the evidence for a correction', () => page.locator('#observing a[href^="/staff/correction/visit/"]').last().click());
  await step('the record to correct', () => press(page, 'Open the record'));
  await step('the form of a correction', () => page.getByRole('link', { name: 'Correct this dose' }).click());
  await page.locator('#batch').fill('WEIGHED1');
  await page.locator('#reason').fill('the batch was read from another box');
  await step('a correction is shown back', () => press(page, 'Check before saving'));
  await step('a correction is saved', () => press(page, 'Yes, correct it'));
  await walkedIn(page, weighed, 'second');
  await step('the form of a merge', () => press(page, 'Had a dose under another mobile'));
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill('NOBODY12345');
  await step('a merge looks for the other record', () => press(page, 'Look'));
  assert.deepEqual(heavy, []);
});

test('each step with stock and with phones is light', async (context) => {
  const { nurse } = await nurseOnDuty(browser);
  const page = await phone(browser);
  await logInAs(page, nurse);
  const { step, goto, heavy } = await weighing(page, context);
  await goto('stock', '/staff/stock');
  await goto('the form of a receipt', '/staff/stock/receive');
  const batch = `WGT${Math.floor(Math.random() * 1e6)}`;
  await page.locator('#batch').fill(batch);
  await page.locator('#expires_on').fill(inDays(90));
  await page.locator('#vials').fill('1');
  await step('vials are received', () => page.locator(SEND).first().click());
  await goto('stock, again', '/staff/stock');
  await step('the book of a batch', () => page.getByRole('link', { name: `Covishield, batch ${batch}`, exact: true }).click());
  await step('the form of a vial', () => page.getByRole('link', { name: 'Open a vial' }).first().click());
  await step('a vial is opened', () => page.locator(SEND).first().click());
  await goto('the form of another phone', '/staff/phone');
  const mobile = newMobile();
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill('NOBODY12345');
  await page.locator('#mobile').fill(mobile);
  await step('a code to another phone', () => press(page, 'Send a code'));
  await page.locator('#otp').fill(await otp(mobile));
  await step('another phone', () => press(page, 'Change the phone'));
  assert.deepEqual(heavy, []);
});

test('each step of a shared device is light: enrolled, a PIN, locked and unlocked', async (context) => {
  const site = await ownSite(browser, [['COVISHIELD', '1:walk_in:9']]);
  const manager = await hire(browser, 'site-manager', 'Manager Of The Scales', site.id);
  const nurse = await hire(browser, 'vaccinator', 'Nurse At The Scales', site.id);
  await onDuty(browser, manager, nurse);
  const boss = await phone(browser, { javaScriptEnabled: false });
  await logInAs(boss, manager);
  await boss.goto(at('/staff/devices'));
  await boss.locator('#name').fill(`Scales ${nurse.code.slice(-6)}`);
  await boss.getByRole('button', { name: 'Show a code' }).click();
  const code = await boss.locator('p.mono').first().innerText();
  const page = await phone(browser);
  const { step, goto, heavy } = await weighing(page, context);
  await page.goto(at('/staff/login'));
  await goto('the door of a device', '/staff/device');
  await page.locator('#code').fill(code);
  await step('a device is enrolled', () => page.locator(SEND).first().click());
  await goto('the log-in of a shared device', '/staff/login');
  await step('log in on it', () => sendLogIn(page, nurse));
  await page.locator('#pin').fill('371904');
  await page.locator('#again').fill('371904');
  await step('a PIN is chosen', () => press(page, 'Save the PIN'));
  await goto('a form on it', '/staff/walk-in');
  await step('locked', () => page.getByRole('button', { name: 'Lock', exact: true }).click());
  await page.getByLabel(nurse.code).check();
  await page.locator('#pin').fill('371904');
  await step('unlocked', () => press(page, 'Unlock'));
  assert.deepEqual(heavy, []);
});
