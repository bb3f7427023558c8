// Every page with every sample, as it is and with an error at every field of its form, in English and in Hindi, at 360 pixels:
// axe finds nothing, and nothing scrolls sideways. `PAGES` holds them as the program's own templates write them; no script runs.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium, phone } from '../browser.mjs';
import { at360, violations } from '../checks.mjs';

const folder = process.env.PAGES;
let browser;

before(async () => {
  assert.ok(folder, 'PAGES is not set: run `cargo xtask browser --pages`');
  browser = await chromium();
});
after(async () => await browser?.close());

for (const language of ['en', 'hi']) {
  test(`every page and every error state is accessible in ${language}, at 360 pixels`, async () => {
    const names = readdirSync(join(folder, language)).filter((name) => name.endsWith('.html'));
    assert.ok(names.length > 200, `${names.length} pages`);
    const page = await phone(browser);
    const faults = [];
    for (const name of names) {
      await page.goto(pathToFileURL(join(folder, language, name)).href);
      assert.equal(await page.locator('html').getAttribute('lang'), language, name);
      faults.push(...(await violations(page)).map((found) => `${name}:${found}`));
      await at360(page).catch((wide) => faults.push(`${name}: ${wide.message}`));
    }
    assert.deepEqual(faults, [], faults.join('\n'));
  });
}

test('the pages have their style: a page without it would be judged as bare text', async () => {
  const page = await phone(browser);
  await page.goto(pathToFileURL(join(folder, 'en', 'citizen-start-0.html')).href);
  const shown = await page.locator('body').evaluate((body) => getComputedStyle(body).fontFamily);
  assert.match(shown, /sans-serif/);
});
