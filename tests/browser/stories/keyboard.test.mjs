// The citizen's whole way by keyboard alone, and without JavaScript: log in, register, find a session, book, read the slip,
// read the certificate, see who read the record, log out. From the first page on nothing is opened but by the keys: each page
// leads to the next. On each page Chromium's accessibility tree is asserted, in English and in Hindi: what a screen reader is
// told, in which order.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, phone } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { CENTRE_NAME as CENTRE } from '../citizen.mjs';
import { at, newMobile, otp, vaccinated } from '../demo.mjs';
import { enter, tabTo, type } from '../keyboard.mjs';
import { reads, sound } from '../tree.mjs';
import { words } from '../words.mjs';

let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

const plain = () => phone(browser, { javaScriptEnabled: false });
const SEND = 'main form button[type="submit"]';

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

const LANGUAGES = ['en', 'hi'];

/** A line of the tree: a role and the beginning of a name. */
const starts = (role, name) => new RegExp(`^${role} "${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);

/** The first page, in the language: what follows is reached by keys. */
async function open(language) {
  const page = await plain();
  await page.goto(at('/'));
  if (language !== 'en') await enter(page, `.languages a[hreflang="${language}"]`);
  assert.equal(await page.locator('html').getAttribute('lang'), language);
  const say = words(language);
  await read(page, ['banner ""', /^navigation "/, 'main ""', starts('heading', say('start-title')), starts('link', say('start-find-title'))]);
  return { page, say };
}

async function logIn(page, say, mobile) {
  await enter(page, 'main a[href="/login"]');
  await read(page, [
    `link "${say('skip-to-content')}"`, 'banner ""', /^navigation "/, 'main ""', `heading "${say('login-title')}"`,
    starts('textbox', say('login-mobile')), `button "${say('login-send')}"`,
  ]);
  await type(page, '#mobile', mobile);
  await enter(page, 'form[action="/login"] button');
  await read(page, ['main ""', `heading "${say('otp-title')}"`, starts('textbox', say('otp-label')), `button "${say('otp-confirm')}"`]);
  await type(page, '#otp', await otp(mobile));
  await enter(page, 'form[action="/login/otp"] button:not([name])');
  await read(page, ['main ""', `heading "${say('family-title')}"`]);
}

/** The form of a new member: what is missing is read at its field; then it is filled in. */
async function register(page, say, name) {
  await enter(page, 'main a[href="/household/new"]');
  await read(page, [
    `heading "${say('member-new-title')}"`, /^checkbox "/, starts('textbox', say('member-name')), starts('textbox', say('member-year')),
    /^radio "/, starts('combobox', say('member-document-type')), starts('textbox', say('member-document-number')),
    `button "${say('member-save')}"`,
  ]);
  await enter(page, SEND);
  const wrong = await read(page, [/^alert "/, /^link "/, new RegExp(`^textbox "${say('member-name')}.*invalid`)]);
  assert.ok(wrong.filter((line) => / invalid/.test(line)).length >= 3, wrong.join('\n'));
  await tick(page, 'input[name="consent"]');
  await type(page, '#name', name);
  await type(page, '#birth_year', '1984');
  await tick(page, 'input[name="gender"]');
  await tabTo(page, '#document_type');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await type(page, '#document_number', `TREE${Math.floor(Math.random() * 1e7)}`);
  await enter(page, SEND);
  await read(page, ['main ""', starts('heading', say('registered-title', { name })), new RegExp(name)]);
}

async function book(page, say, name) {
  await enter(page, 'main a[href="/sessions"]');
  await type(page, '#pincode', '400001');
  await enter(page, SEND);
  await read(page, [
    `heading "${say('find-title')}"`, starts('textbox', say('find-pincode')), `button "${say('find-search')}"`,
    `navigation "${say('find-days')}"`, new RegExp(`^region "${CENTRE}"`), new RegExp(`^heading "${CENTRE}"`),
    starts('link', say('find-book', { centre: CENTRE })),
  ]);
  // The centre that is open round the clock, so that the story plays at any hour.
  const href = await page.locator('.card', { hasText: CENTRE }).locator('a[href^="/book/"]').first().getAttribute('href');
  await enter(page, `a[href="${href}"]`);
  await read(page, [
    `heading "${say('book-title')}"`, new RegExp(CENTRE), starts('group', say('book-members')), starts('checkbox', name),
    starts('group', say('book-slot')), /^radio "/, `button "${say('book-confirm')}"`,
  ]);
  await tick(page, 'input[name="member"]');
  await tick(page, 'input[name="slot"]');
  await enter(page, SEND);
  const slip = await read(page, [
    /^heading "/, starts('region', say('appointment-code', { name })), starts('heading', say('appointment-code', { name })),
    /^StaticText "\d{4}"/, starts('StaticText', say('family-reference')), /^StaticText "\d{4} \d{4} \d{4} \d{2}"/,
    `link "${say('appointment-slip')}"`,
  ]);
  assert.ok(slip.some((line) => line.includes(CENTRE)), 'where to go');
}

for (const language of LANGUAGES) {
  test(`a citizen registers, books, reads the slip and cancels by keyboard alone, and the tree says what the page shows: ${language}`, async () => {
    const { page, say } = await open(language);
    await logIn(page, say, newMobile());
    const name = 'Zeenat Ansari';
    await register(page, say, name);
    await book(page, say, name);
    await enter(page, 'main a[href="/household"]');
    await read(page, [`heading "${say('family-title')}"`, `region "${name}"`, starts('heading', say('family-appointments'))]);
    await enter(page, 'main a[href^="/household/appointments/"]');
    await enter(page, 'main a[href$="/cancel"]');
    await read(page, ['main ""', /^heading "/, /^button "/]);
    await enter(page, SEND);
    const family = await read(page, ['main ""', /^heading "/]);
    assert.ok(!family.some((line) => starts('heading', say('appointment-code', { name })).test(line)));
  });

  test(`a vaccinated citizen reads the certificate and the list of accesses by keyboard alone, and logs out: ${language}`, async () => {
    const { page, say } = await open(language);
    await logIn(page, say, vaccinated()[language === 'en' ? 2 : 3].mobile);
    await read(page, [/^heading "/, /^region "/, /^heading "/, /^link "/]);
    await enter(page, 'a[href$="/certificates/1"]');
    await read(page, [
      /^heading "/, /^StaticText "/, /^StaticText "4121Z025"/, `link "${say('certificate-pdf')}"`,
    ]);
    await enter(page, 'main a[href="/household"]');
    await enter(page, 'main a[href$="/access"]');
    await read(page, [/^heading "/, new RegExp(CENTRE)]);
    await enter(page, 'form[action="/logout"] button');
    await read(page, ['main ""', /^heading "/, starts('textbox', say('login-mobile'))]);
    await enter(page, '.brand');
    assert.equal(await page.locator('main a[href="/household"]').count(), 0, 'logged out');
    assert.equal(await page.locator('main a[href="/login"]').count(), 1);
  });
}
