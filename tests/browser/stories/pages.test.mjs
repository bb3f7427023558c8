// The pages that the other stories do not pass: each without JavaScript, by keyboard alone, at 360 pixels, before axe, in
// English and in Hindi.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { chromium, phone } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { at, dataFolder, newMobile, otp, staffCode, staffPassword, vaccinated } from '../demo.mjs';
import { enter, keyboard, tabTo, type } from '../keyboard.mjs';

const MANAGER = 'MH395-0002';
const ADMIN = 'MH395-0001';
const LANGUAGES = ['en', 'hi'];

let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

const plain = () => phone(browser, { javaScriptEnabled: false });

/** What every page passes. */
async function check(page) {
  await axe(page);
  await at360(page);
  await keyboard(page);
}

/** The same page in both languages. */
async function inBoth(page, path) {
  for (const language of LANGUAGES) {
    await page.goto(at(`/language/${language}`));
    const answer = await page.goto(at(path));
    assert.equal(answer.status(), 200, path);
    assert.equal(await page.locator('html').getAttribute('lang'), language, path);
    await check(page);
  }
  await page.goto(at('/language/en'));
}

/** By keyboard alone. */
async function logIn(page, mobile) {
  await page.goto(at('/login'));
  await type(page, 'input[name="mobile"]', mobile);
  await enter(page, 'form[action="/login"] button');
  await type(page, '#otp', await otp(mobile));
  await enter(page, 'form[action="/login/otp"] button:not([name])');
}

/** By keyboard alone. */
async function logInStaff(page, code) {
  await page.goto(at('/staff/login'));
  await type(page, '#code', code);
  await type(page, '#password', await staffPassword(code));
  await type(page, '#totp', await staffCode(code));
  await enter(page, 'main form button[type="submit"]');
  assert.ok(!page.url().includes('/staff/login'), await page.locator('main').innerText());
}

test('a family registers by keyboard alone, and what is wrong is said at its field', async () => {
  const page = await plain();
  await logIn(page, newMobile());
  await inBoth(page, '/household/new');
  await page.goto(at('/household/new'));
  await enter(page, 'main form button[type="submit"]');
  const wrong = await page.locator('[aria-invalid="true"]').count();
  assert.ok(wrong >= 3, `an empty form is refused field by field: ${wrong}`);
  await check(page);
  await page.goto(at('/household/new'));
  await tabTo(page, 'input[name="consent"]');
  await page.keyboard.press('Space');
  await type(page, '#name', 'Lata Kulkarni');
  await type(page, '#birth_year', '1979');
  await tabTo(page, 'input[name="gender"]');
  await page.keyboard.press('Space');
  await tabTo(page, '#document_type');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await type(page, '#document_number', `KEY${Math.floor(Math.random() * 1e7)}`);
  await enter(page, 'main form button[type="submit"]');
  assert.match(page.url(), /registered/, await page.locator('main').innerText());
  for (const path of ['/household/1/registered', '/household', '/household/1/edit', '/household/1/delete', '/household/1/access']) {
    await inBoth(page, path);
  }
});

test('a vaccinated person reads the list of accesses', async () => {
  const page = await plain();
  await logIn(page, vaccinated()[0].mobile);
  await inBoth(page, '/household');
  await inBoth(page, '/household/1/access');
  await page.goto(at('/household/1/access'));
  assert.match(await page.locator('main').innerText(), /Fort Demonstration Hospital/);
});

test('the staff log-in refuses at its place and passes', async () => {
  const page = await plain();
  await inBoth(page, '/staff/login');
  await page.goto(at('/staff/login'));
  await type(page, '#code', MANAGER);
  await type(page, '#password', 'not the password');
  await type(page, '#totp', '000000');
  await enter(page, 'main form button[type="submit"]');
  await check(page);
  assert.match(page.url(), /staff\/login/);
});

test('a site manager plans sessions, keeps the roster and invites', async () => {
  const page = await plain();
  await logInStaff(page, MANAGER);
  for (const path of ['/staff/roster', '/staff/sessions', '/staff/sessions/new', '/staff/stock', '/staff/stock/receive', '/staff/invite']) {
    await inBoth(page, path);
  }
  await page.goto(at('/staff/sessions'));
  await page.locator('a[href$="/cancel"]').last().click();
  await inBoth(page, new URL(page.url()).pathname);
  await page.goto(at('/staff/sessions/new'));
  await enter(page, 'main form button[type="submit"]');
  assert.ok((await page.locator('[aria-invalid="true"]').count()) > 0, 'an empty plan is refused');
  await check(page);
  await page.goto(at('/staff/invite'));
  await type(page, '#code', `MH395-8${Math.floor(Math.random() * 900 + 100)}`);
  await type(page, '#name', 'Rekha Patil');
  await enter(page, 'main form button[type="submit"]');
  await check(page);
  const link = (await page.locator('p.mono.card').innerText()).trim();
  const invited = await plain();
  const enrol = new URL(link, at('/')).pathname;
  await inBoth(invited, enrol);
  await invited.goto(at(enrol));
  await enter(invited, 'main form button[type="submit"]');
  await check(invited);
  assert.ok((await invited.locator('main img').count()) > 0, 'the secret is shown on the button, not by the link');
  await enter(invited, 'main form button[type="submit"]');
  assert.ok((await invited.locator('[aria-invalid="true"]').count()) > 0, 'an empty password is refused');
  await check(invited);
});

test('a district admin invites site managers', async () => {
  const page = await plain();
  await logInStaff(page, ADMIN);
  await inBoth(page, '/staff/invite');
  await page.goto(at('/staff/invite'));
  assert.match(await page.locator('#centre').innerText(), /Fort Demonstration Hospital/);
  await enter(page, 'main form button[type="submit"]');
  assert.ok((await page.locator('[aria-invalid="true"]').count()) > 0, 'an invitation without a centre is refused');
  await check(page);
});

test('pages of errors say what happened and lead on', async () => {
  for (const language of LANGUAGES) {
    const page = await plain();
    await page.goto(at(`/language/${language}`));
    const missing = await page.goto(at('/no-such-page'));
    assert.equal(missing.status(), 404);
    assert.equal(await page.locator('html').getAttribute('lang'), language);
    await check(page);
    await tooMany(page);
    await busy(page);
  }
});

/** One number asks for more codes than it may. */
async function tooMany(page) {
  const mobile = newMobile();
  for (let turn = 0; turn < 40; turn += 1) {
    await page.goto(at('/login'));
    await page.locator('input[name="mobile"]').fill(mobile);
    const [answer] = await Promise.all([
      page.waitForNavigation(),
      page.locator('form[action="/login"] button').first().click(),
    ]);
    if (answer.status() === 429) {
      await check(page);
      return;
    }
  }
  assert.fail('forty codes for one number, and no 429');
}

/** Somebody else holds the database, so that nothing can be written: not even the entry about a read. */
async function busy(page) {
  await logIn(page, newMobile());
  const hold = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('begin immediate'); print('held', flush=True); sys.stdin.read()";
  const holder = spawn('python3', ['-c', hold, join(dataFolder(), 'pramaan.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  try {
    await page.goto(at('/household/new'));
    await page.locator('input[name="consent"]').first().check();
    await page.locator('#name').fill('Lata Kulkarni');
    await page.locator('#birth_year').fill('1979');
    await page.locator('input[name="gender"]').first().check();
    await page.locator('#document_type').selectOption({ index: 2 });
    await page.locator('#document_number').fill('BUSY12345');
    const [answer] = await Promise.all([
      page.waitForNavigation(),
      page.locator('main form button[type="submit"]').first().click(),
    ]);
    assert.equal(answer.status(), 503, await page.locator('main').innerText());
    await check(page);
  } finally {
    holder.stdin.end();
    await once(holder, 'exit');
  }
}
