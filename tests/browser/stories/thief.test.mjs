// The tour's thief: a look-up bot with a thousand mobiles and a stolen password gets nothing, and is stopped by the doors.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { at } from '../demo.mjs';

let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

test('the bot of June 2023 steals nothing here', async () => {
  const page = await phone(browser, { javaScriptEnabled: false });
  page.setDefaultTimeout(60_000);
  await page.goto(at('/demo'));
  await axe(page);
  await at360(page);
  await page.locator('a[href="/demo/thief"]').click();
  await axe(page);
  await page.locator('form[action="/demo/thief"] button').click();
  await axe(page);
  await at360(page);
  const result = await page.locator('main').innerText();
  assert.match(result, /0 records/);
  assert.match(result, /1000 × 405/, 'nobody answers "who has this mobile?"');
  assert.match(result, /1000 × 401/, 'no certificate without a login');
  assert.match(result, /60 × 400/, 'three wrong guesses for each of twenty numbers');
  assert.ok(!result.includes('429') && !result.includes('403'), `stopped by the doors, not at the gate: ${result}`);
  await screenshot(page, 'thief');
});

test('the start page leads to the tour, whose phone opens beside the page that asks for its code', async () => {
  const page = await phone(browser, { javaScriptEnabled: false });
  await page.goto(at('/'));
  await page.locator('main a[href="/demo"]').click();
  await page.waitForURL(at('/demo'));
  const opened = page.context().waitForEvent('page');
  await page.locator('a[href="/demo/outbox"]').first().click();
  const beside = await opened;
  await beside.waitForURL(at('/demo/outbox'));
  assert.equal(page.url(), at('/demo'));
});

test('links in running text are at least 24 pixels high', async () => {
  const page = await phone(browser);
  for (const path of ['/', '/demo', '/demo/outbox', '/help', '/trust', '/sessions?pincode=400001']) {
    await page.goto(at(path));
    const low = await page.locator('main a').evaluateAll((links) => links
      .filter((link) => [...link.getClientRects()].some((box) => box.height < 24))
      .map((link) => link.outerHTML));
    assert.deepEqual(low, [], path);
  }
});

for (const language of ['en', 'hi']) {
  test(`the pages of the tour pass: ${language}`, async () => {
    const page = await phone(browser, { javaScriptEnabled: false, locale: `${language}-IN` });
    page.setDefaultTimeout(60_000);
    const sound = async (path) => {
      assert.equal(await page.locator('html').getAttribute('lang'), language, path);
      await axe(page);
      await at360(page);
    };
    for (const path of ['/', '/demo', '/demo/outbox', '/login', '/sessions?pincode=400001', '/verify', '/help', '/privacy', '/trust', '/staff/login', '/demo/thief']) {
      await page.goto(at(path));
      await sound(path);
    }
    await page.locator('form[action="/demo/thief"] button').click();
    await sound('what the thief got');
  });
}
