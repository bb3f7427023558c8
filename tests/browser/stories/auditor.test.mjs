// The tour's last steps: the log is really altered, the auditor names the entries, and everything is put back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { at } from '../demo.mjs';

let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

const said = (page) => page.locator('main').innerText();

test('an entry that an administrator edits or deletes is named by the auditor', async () => {
  const page = await phone(browser, { javaScriptEnabled: false });
  page.setDefaultTimeout(60_000);
  await page.goto(at('/demo'));
  await page.locator('a[href="/demo/auditor"]').click();
  await axe(page);
  assert.match(await said(page), /The database is as its log says/);
  await page.goto(at('/demo/administrator'));
  await axe(page);
  await at360(page);
  for (const deed of ['edit', 'delete']) {
    await page.locator(`button[value="${deed}"]`).click();
    await axe(page);
  }
  const done = await said(page);
  const [edited] = /Entry (\d+): it says now/.exec(done)?.slice(1) ?? [];
  const [deleted] = /Entry (\d+): it is gone/.exec(done)?.slice(1) ?? [];
  assert.ok(edited && deleted && edited !== deleted, done);
  await at360(page);
  await page.locator('a.button[href="/demo/auditor"]').click();
  await axe(page);
  await at360(page);
  const found = await said(page);
  assert.match(found, new RegExp(`entry ${edited}: access_leaf and access_detail do not belong together`));
  assert.match(found, new RegExp(`entry ${deleted}: its row of access_detail was deleted`));
  await screenshot(page, 'auditor');
  await page.locator('a.button[href="/demo/administrator"]').click();
  await page.locator('button[value="repent"]').click();
  await page.goto(at('/demo/auditor'));
  assert.match(await said(page), /The database is as its log says/);
});

test('the pages of both are readable in Hindi', async () => {
  const page = await phone(browser, { javaScriptEnabled: false, locale: 'hi-IN' });
  for (const path of ['/demo/administrator', '/demo/auditor']) {
    await page.goto(at(path));
    await axe(page);
    await at360(page);
  }
});
