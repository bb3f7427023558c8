// Staff of a story's own: invited by command, enrolled by link, logged in with their own second factor. A one-time code is good
// once, so stories that share an account would wait for each other.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

import { phone } from './browser.mjs';
import { at, dataFolder, program } from './demo.mjs';
import { oneTimeCode } from './one_time.mjs';

/** The centre of the tour. */
export const CENTRE = 561001;
const SEND = 'main form button[type="submit"]';

export const newCode = () => `MH395-T${Math.floor(Math.random() * 1e6)}`;

/** Somebody new at the tour's centre, or another: `vaccinator`, `site-manager`, or of its district: `district-admin`. */
export async function hire(browser, role = 'vaccinator', name = 'Test Person', centre = CENTRE) {
  const code = newCode();
  const place = role === 'district-admin' ? [] : ['--centre', String(centre)];
  const args = ['staff', 'invite', '--data', dataFolder(), '--code', code, '--name', name, '--role', role, '--district', '395'];
  const said = execFileSync(program(), [...args, ...place], { encoding: 'utf8' });
  const token = /\/staff\/enrol\/(\S+)/.exec(said);
  assert.ok(token, said);
  return await enrol(browser, { code, role }, token[1]);
}

/** Plays the link of an invitation: a password and a second factor of their own. `member` is whose it is. */
export async function enrol(browser, member, token) {
  member.password = `a long pass phrase of ${member.code}`;
  member.lastStep = undefined;
  const page = await phone(browser, { javaScriptEnabled: false });
  await page.goto(at(`/staff/enrol/${token}`));
  await page.locator(SEND).click();
  member.secret = (await page.locator('.mono.card').innerText()).replace(/\s/g, '');
  await page.locator('#password').fill(member.password);
  await page.locator('#again').fill(member.password);
  await page.locator('#totp').fill(await oneTimeCode(member));
  await page.locator(SEND).click();
  assert.equal(await page.locator('[aria-invalid="true"]').count(), 0, await page.locator('main').innerText());
  await page.context().close();
  return member;
}

/** Fills in the log-in form and sends it. */
export async function logInAs(page, member) {
  await page.goto(at('/staff/login'));
  await sendLogIn(page, member);
  assert.ok(!page.url().includes('/staff/login'), await page.locator('main').innerText());
}

/** The same on a page that shows the form already. */
export async function sendLogIn(page, member) {
  await page.locator('#code').fill(member.code);
  await page.locator('#password').fill(member.password);
  await page.locator('#totp').fill(await oneTimeCode(member));
  await page.locator(SEND).first().click();
}

/** Puts these on today's roster, by a manager's hand. */
export async function onDuty(browser, manager, ...members) {
  const page = await phone(browser, { javaScriptEnabled: false });
  await logInAs(page, manager);
  await page.goto(at('/staff/roster'));
  const form = page.locator('form', { has: page.locator('input[name="day"][value="today"]') });
  for (const member of members) await form.getByLabel(member.code).check();
  await form.locator('button[type="submit"]').click();
  await page.context().close();
}

/** A vaccinator of the tour's centre, or another, who is on duty today, and her manager. */
export async function nurseOnDuty(browser, name, centre = CENTRE) {
  const manager = await hire(browser, 'site-manager', 'Test Manager', centre);
  const nurse = await hire(browser, 'vaccinator', name, centre);
  await onDuty(browser, manager, nurse);
  return { nurse, manager };
}
