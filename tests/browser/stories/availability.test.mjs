// Whether a seat can be had is said in words: the words are the same without a style, without colours and in a grey world, in
// English and in Hindi. Without JavaScript.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { booked } from '../citizen.mjs';
import { at } from '../demo.mjs';
import { ownSite } from '../site.mjs';

let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

const WORDS = {
  en: { full: 'Full. Seats come back when somebody cancels.', free: /: 2 seats free/, one: /: 1 seat free/ },
  hi: { full: 'भरा हुआ। कोई रद्द करे तो जगह फिर मिल सकती है।', free: /: 2 जगहें ख़ाली/, one: /: 1 जगह ख़ाली/ },
};

/** What the card of the centre says, one entry a session: only what is shown, not what is hidden. */
async function shown(page, site) {
  const sessions = page.locator('.card', { hasText: site.name }).locator('.session');
  return (await sessions.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
}

async function open(page, language) {
  await page.goto(at(`/language/${language}`));
  await page.goto(at('/sessions?pincode=400001'));
}

/** The same words, however the page looks. */
async function inNoColour(page, site, wanted) {
  await page.emulateMedia({ forcedColors: 'active' });
  assert.deepEqual(await shown(page, site), wanted, 'with the colours of the system');
  await page.emulateMedia({ forcedColors: 'none', colorScheme: 'dark' });
  assert.deepEqual(await shown(page, site), wanted, 'in the dark');
  await page.emulateMedia({ colorScheme: 'light' });
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setEmulatedVisionDeficiency', { type: 'achromatopsia' });
  assert.deepEqual(await shown(page, site), wanted, 'in grey');
  await session.send('Emulation.setEmulatedVisionDeficiency', { type: 'none' });
  await page.evaluate(() => { for (const sheet of document.styleSheets) sheet.disabled = true; });
  assert.deepEqual(await shown(page, site), wanted, 'without any style');
}

test('availability is told in words, never by colour alone', async () => {
  const site = await ownSite(browser, [['COVISHIELD', '1:online:1'], ['COVAXIN', '1:online:2']]);
  const page = await phone(browser, { javaScriptEnabled: false });
  const before = {};
  for (const [language, words] of Object.entries(WORDS)) {
    await open(page, language);
    before[language] = await shown(page, site);
    assert.equal(before[language].length, 2, before[language].join(' | '));
    const [covishield, covaxin] = before[language];
    assert.match(covishield, words.one);
    assert.match(covaxin, words.free);
    assert.ok(!before[language].join(' ').includes(words.full), 'nothing is full yet');
  }

  await booked(browser, 'Last Seatwala', { centre: site.name });
  for (const [language, words] of Object.entries(WORDS)) {
    await open(page, language);
    const [covishield, covaxin] = await shown(page, site);
    assert.ok(covishield.endsWith(words.full), covishield);
    assert.match(covaxin, words.free);
    const links = page.locator('.card', { hasText: site.name }).locator('a[href^="/book/"]');
    assert.equal(await links.count(), 1, 'what is full offers no booking');
    await axe(page);
    await at360(page);
    await screenshot(page, `availability-${language}`);
    await inNoColour(page, site, [covishield, covaxin]);
  }
});
