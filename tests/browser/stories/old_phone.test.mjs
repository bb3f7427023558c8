// The nurse's steps on the engine of a five-year-old Chrome and on today's: they work, each costs the line little, and no
// page throws. On the old one doses are also kept without a line, found again, and sent by themselves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, oldChromium, phone } from '../browser.mjs';
import { at360 } from '../checks.mjs';
import { at, newMobile, otp } from '../demo.mjs';
import { TO_COME, lastToCome } from '../nurse.mjs';
import { ownSite } from '../site.mjs';
import { nurseOnDuty, sendLogIn } from '../staff.mjs';
import { tunnel } from '../tunnel.mjs';
import { scales } from '../weight.mjs';

const SEND = 'main form button[type="submit"]';

const browsers = {};
let line;
/** An address of the demo behind TLS. */
const secure = (path) => new URL(path, line.base).href;
before(async () => {
  line = await tunnel(at('/'));
  browsers.old = await oldChromium(line.trust);
  browsers.new = await chromium(line.trust);
});
after(async () => {
  line?.close();
  await browsers.old?.close();
  await browsers.new?.close();
});

/** A phone whose pages must not throw, and what they threw. */
async function loud(browser) {
  const page = await phone(browser);
  const thrown = [];
  page.on('pageerror', (error) => thrown.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') thrown.push(`${page.url()}: ${message.text()}`);
  });
  return { page, thrown };
}

async function booked(page, site) {
  const mobile = newMobile();
  await page.goto(secure('/login'));
  await page.locator('#mobile').fill(mobile);
  await page.locator('form[action="/login"] button').click();
  await page.locator('#otp').waitFor();
  await page.locator('#otp').fill(await otp(mobile));
  await page.locator('form[action="/login/otp"] button:not([name])').click();
  await page.goto(secure('/household/new'));
  await page.locator('input[name="consent"]').first().check();
  await page.locator('#name').fill('Rukmini Pawar');
  await page.locator('#birth_year').fill('1981');
  await page.locator('input[name="gender"]').first().check();
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill(`OLD${Math.floor(Math.random() * 1e7)}`);
  await page.locator(SEND).first().click();
  await page.goto(secure('/sessions?pincode=400001'));
  await page.locator('.card', { hasText: site.name }).locator('a[href^="/book/"]').first().click();
  await page.locator('input[name="member"]').first().check();
  await page.locator('input[name="slot"]').first().check();
  await page.locator(SEND).first().click();
  await at360(page);
  return (await page.locator('.big').first().innerText()).trim();
}

for (const age of ['old', 'new']) {
  test(`the nurse's steps work and are light: the ${age} browser`, async (context) => {
    const browser = browsers[age];
    context.diagnostic(`Chromium ${browser.version()}`);
    if (age === 'old') assert.match(browser.version(), /^92\./);
    const citizen = await loud(browser);
    // A centre of its own: what the day's page weighs with many people on it is not asked here.
    const site = await ownSite(browsers.new, [['COVISHIELD', '1:online:9']]);
    const code = await booked(citizen.page, site);

    const { nurse } = await nurseOnDuty(browsers.new, 'Nurse With An Old Phone', site.id);
    const { page, thrown } = await loud(browser);
    await page.goto(secure('/staff/login'));
    const scale = await scales(page);
    const costs = [];
    const step = async (name, play) => {
      costs.push(await scale.step(name, play));
      await at360(page);
    };
    await step('log in', () => sendLogIn(page, nurse));
    await lastToCome(page, (play) => step('go on in the list', play));
    await step('choose the number', () => page.locator(TO_COME).last().click());
    await step('open on the code', async () => {
      await page.locator('#code').fill(code);
      await page.locator(SEND).first().click();
    });
    await step('type the dose', async () => {
      await page.locator('#batch').fill('4121Z025');
      await page.locator('input[name="site"]').first().check();
      await page.locator('form:has(#batch) button[type="submit"]').first().click();
    });
    await step('confirm', () => page.locator(SEND).first().click());
    await step('back to the list', () => page.locator('a[href="/staff"]').first().click());
    for (const { name, bytes, requests } of costs) context.diagnostic(`${name}: ${requests} requests, ${bytes} bytes`);
    assert.deepEqual([...citizen.thrown, ...thrown], []);
  });
}

/** How many doses wait, as the page says when it has looked. */
const count = (page) => page.locator('#offline-count', { hasText: /\d/ }).innerText();
const status = (page, words) => page.locator('#offline-status', { hasText: words }).waitFor({ timeout: 75_000 });

async function unlock(page, pin, again = '') {
  await page.locator('#offline-pin').fill(pin);
  if (again) await page.locator('#offline-again').fill(again);
  await page.locator('#offline-door button[type="submit"]').click();
}

async function newcomer(page, name) {
  await page.locator('input[name="who"][value="new"]').check();
  await page.locator('input[name="consent"]').check();
  await page.locator('#name').fill(name);
  await page.locator('#birth_year').fill('1961');
  await page.locator('input[name="gender"]').first().check();
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill(`OLDOFF${Math.floor(Math.random() * 1e9)}`);
  await page.locator('#vaccine').selectOption('COVISHIELD');
  await page.locator('#batch').fill('4121Z025');
  await page.locator('input[name="site"]').first().check();
  await page.locator('#offline-fields button[type="submit"]').click();
  await at360(page);
  assert.match(await page.locator('#offline-what').innerText(), new RegExp(name));
  await page.locator('#offline-save').click();
  await page.locator('#offline-fields').waitFor();
}

test('offline doses are kept by the old browser, found after a reload without a line, and sent when it is back', async () => {
  const { nurse } = await nurseOnDuty(browsers.new);
  const { page, thrown } = await loud(browsers.old);
  await page.goto(secure('/staff/login'));
  await sendLogIn(page, nurse);
  await page.goto(secure('/staff/offline'));
  await unlock(page, '271828', '271828');
  await status(page, 'Ready');
  await page.evaluate(() => navigator.serviceWorker.ready);
  await at360(page);

  await page.context().setOffline(true);
  for (const name of ['Kamalabai Purani', 'Vimalabai Purani']) await newcomer(page, name);
  await status(page, 'No line');
  assert.match(await count(page), /2/);
  await page.goto(secure('/staff/offline'));
  await page.locator('#offline-door').waitFor();
  assert.match(await count(page), /2/, 'the page is there without a line, and what is kept');
  await unlock(page, '271828');
  await status(page, 'No line');

  // By themselves: at once where the browser tells of the line, else within a minute.
  await page.context().setOffline(false);
  await status(page, 'All was sent');
  assert.equal((await page.locator('#offline-sent').innerText()).split('H-').length - 1, 2);
  await page.goto(secure('/staff/held-dose'));
  assert.ok((await page.locator('main li', { hasText: 'from a phone' }).count()) >= 2);
  const faults = thrown.filter((one) => !/net::ERR_(INTERNET_DISCONNECTED|FAILED|NETWORK_CHANGED)/.test(one));
  assert.deepEqual(faults, []);
});
