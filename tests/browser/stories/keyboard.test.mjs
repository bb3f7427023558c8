// The citizen's whole way by keyboard alone, and without JavaScript: log in, register, find a session, book, read the slip,
// read the certificate, see who read the record, log out. On each page Chromium's accessibility tree is asserted: what a
// screen reader is told, in which order.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { at, newMobile, otp, vaccinated } from '../demo.mjs';
import { enter, tabTo, type } from '../keyboard.mjs';
import { reads, sound } from '../tree.mjs';

let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

const plain = () => phone(browser, { javaScriptEnabled: false });
const SEND = 'main form button[type="submit"]';
const CENTRE = 'Fort Demonstration Hospital';

/** The page is sound, and is read as `wanted`. */
async function read(page, wanted) {
  await axe(page);
  await at360(page);
  await sound(page);
  return await reads(page, wanted);
}

/** Ticks what `selector` finds. */
async function tick(page, selector) {
  await tabTo(page, selector);
  await page.keyboard.press('Space');
}

async function logIn(page, mobile) {
  await page.goto(at('/'));
  await enter(page, 'main a[href="/login"], main a[href="/household"]');
  await read(page, [
    'link "Skip to the content"', 'banner ""', /^navigation "/, 'main ""', /^heading "Log in/, /^textbox "Mobile/, /^button "/,
  ]);
  await type(page, '#mobile', mobile);
  await enter(page, 'form[action="/login"] button');
  await read(page, ['main ""', /^heading "/, /^textbox "/, /^button "/]);
  await type(page, '#otp', await otp(mobile));
  await enter(page, 'form[action="/login/otp"] button:not([name])');
}

test('a citizen registers, books and reads the slip by keyboard alone, and the tree says what the page shows', async () => {
  const page = await plain();
  await logIn(page, newMobile());
  await page.goto(at('/household/new'));
  await read(page, [/^heading "/, /^checkbox "/, /^textbox "Full name/, /^textbox "Year of birth/, /^radio "/, /^combobox "/, /^textbox "/, /^button "/]);

  await enter(page, SEND);
  const wrong = await read(page, [/^alert "/, /^link "/, /^textbox "Full name.*invalid/]);
  assert.ok(wrong.filter((line) => / invalid/.test(line)).length >= 3, wrong.join('\n'));

  await tick(page, 'input[name="consent"]');
  await type(page, '#name', 'Zeenat Ansari');
  await type(page, '#birth_year', '1984');
  await tick(page, 'input[name="gender"]');
  await tabTo(page, '#document_type');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await type(page, '#document_number', `TREE${Math.floor(Math.random() * 1e7)}`);
  await enter(page, SEND);
  await read(page, ['main ""', /^heading "/, /Zeenat Ansari/]);

  await page.goto(at('/sessions'));
  await type(page, '#pincode', '400001');
  await enter(page, SEND);
  await read(page, [/^heading "/, /^textbox "/, /^button "/, /^navigation "/, new RegExp(`^region "${CENTRE}"`), new RegExp(`^heading "${CENTRE}"`), /^link "Book/]);
  // The centre that is open round the clock, so that the story plays at any hour.
  const href = await page.locator('.card', { hasText: CENTRE }).locator('a[href^="/book/"]').first().getAttribute('href');
  await enter(page, `a[href="${href}"]`);
  await read(page, [/^heading "/, new RegExp(CENTRE), /^group "/, /^checkbox "Zeenat Ansari/, /^group "/, /^radio "/, /^button "/]);
  await tick(page, 'input[name="member"]');
  await tick(page, 'input[name="slot"]');
  await enter(page, SEND);
  const slip = await read(page, [/^heading "/, /^region "Zeenat Ansari/, /^heading "Zeenat Ansari/, /^StaticText "\d{4}"/, /^StaticText "Reference ID/, /^StaticText "\d{4} \d{4} \d{4} \d{2}"/, /^link "Download the slip/]);
  assert.ok(slip.some((line) => line.includes(CENTRE)), 'where to go');
});

test('a vaccinated citizen reads the certificate and the list of accesses by keyboard alone, and logs out', async () => {
  const page = await plain();
  await logIn(page, vaccinated()[1].mobile);
  await read(page, [/^heading "/, /^region "/, /^link "Certificate of the/, /^link "/]);
  await enter(page, 'a[href$="/certificates/1"]');
  await read(page, [/^heading "Certificate of /, /^StaticText "Name"/, /^StaticText "Vaccine"/, /^StaticText "Batch"/, /^StaticText "Given on"/, /^link "Download the certificate/]);
  await enter(page, 'a[href="/household"]');
  await enter(page, 'a[href$="/access"]');
  await read(page, [/^heading "/, new RegExp(CENTRE)]);
  await enter(page, 'form[action="/logout"] button');
  await read(page, ['main ""', /^heading "/]);
  await page.goto(at('/household'));
  assert.match(page.url(), /\/login/, 'logged out');
});
