// The nurse's steps on the engine of a five-year-old Chrome and on today's: they work, each costs the line little, and no
// page throws.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, oldChromium, phone } from '../browser.mjs';
import { at360 } from '../checks.mjs';
import { at, newMobile, otp } from '../demo.mjs';
import { TO_COME, lastToCome } from '../nurse.mjs';
import { nurseOnDuty, sendLogIn } from '../staff.mjs';
import { tunnel } from '../tunnel.mjs';
import { scales } from '../weight.mjs';

const SEND = 'main form button[type="submit"]';
const CENTRE = 'Fort Demonstration Hospital';

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

async function booked(page) {
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
  await page.locator('.card', { hasText: CENTRE }).locator('a[href^="/book/"]').first().click();
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
    const code = await booked(citizen.page);

    const { nurse } = await nurseOnDuty(browsers.new);
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
      await page.locator('input[name="batch"][value="4121Z025"]').check();
      await page.locator('input[name="site"]').first().check();
      await page.locator('form:has(#batch) button[type="submit"]').first().click();
    });
    await step('confirm', () => page.locator(SEND).first().click());
    await step('back to the list', () => page.locator('a[href="/staff"]').first().click());
    for (const { name, bytes, requests } of costs) context.diagnostic(`${name}: ${requests} requests, ${bytes} bytes`);
    assert.deepEqual([...citizen.thrown, ...thrown], []);
  });
}
