// A nurse chose the wrong batch and corrects it within her shift: a new certificate, and the old one shows as replaced. Then
// the dose is withdrawn, which a second person has to agree to. A dose of the wrong person is moved by two. Without JavaScript; every page on the way, wrong forms
// included, is checked by axe and at 360 pixels, in English and Hindi.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { at360, axe, largeType } from '../checks.mjs';
import { batchesOf, booked } from '../citizen.mjs';
import { at, dataFolder, newMobile, otp, outbox, program } from '../demo.mjs';
import { logInAs, nurseOnDuty } from '../staff.mjs';
import { openByCode, typeDose } from '../table.mjs';

const NAME = 'Lalita Pawar';
const folder = mkdtempSync(join(tmpdir(), 'pramaan-correction-'));
let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

async function check(page) {
  await axe(page);
  await at360(page);
}

/** The same page in Hindi, checked too. */
async function inBoth(page) {
  await check(page);
  const here = new URL(page.url());
  await page.goto(at('/language/hi'));
  await page.goto(here.href);
  await check(page);
  await page.goto(at('/language/en'));
  await page.goto(here.href);
}

/** Registered at the desk with a proved number, seated and vaccinated; answers the mobile. */
async function vaccinated(page) {
  const mobile = newMobile();
  await page.goto(at('/staff/walk-in'));
  await page.locator('input[name="seat"]').first().check();
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill(`COR${Math.floor(Math.random() * 1e7)}`);
  await page.locator('input[name="consent"]').first().check();
  await page.locator('#name').fill(NAME);
  await page.locator('#birth_year').fill('1961');
  await page.locator('input[name="gender"]').first().check();
  await page.locator('#mobile').fill(mobile);
  await page.getByRole('button', { name: 'Send a code to the mobile' }).click();
  await page.locator('#otp').fill(await otp(mobile));
  await page.getByRole('button', { name: 'Give the seat' }).click();
  await page.getByRole('button', { name: 'Open the record' }).click();
  await page.locator('input[name="batch"][value="4121Z025"]').check();
  await page.locator('input[name="site"]').first().check();
  await page.locator('form:has(#batch) button[type="submit"]').first().click();
  await check(page);
  assert.match(await page.locator('dl.large').innerText(), new RegExp(`${NAME}[^]*Covishield[^]*First dose[^]*4121Z025`), 'name, vaccine, dose and batch');
  await largeType(page);
  await page.getByRole('button', { name: 'Yes, save' }).click();
  return mobile;
}

async function certificate(page, name) {
  await page.goto(at('/household'));
  const links = page.locator('a[href*="/certificates/"]');
  if ((await links.count()) === 0) return null;
  await links.first().click();
  await check(page);
  const pdf = page.locator('a[href$="/certificate.pdf"]');
  const [download] = await Promise.all([page.waitForEvent('download'), pdf.click()]);
  const file = join(folder, name);
  await download.saveAs(file);
  return file;
}

/** What the page of verifiers says of a file. */
async function verify(page, file) {
  await page.goto(at('/verify'));
  await page.locator('#file').setInputFiles(file);
  await page.locator('main form button[type="submit"]').first().click();
  await check(page);
  return page.locator('main').innerText();
}

/** The nurse's own dose, opened from the line of whoever was vaccinated last. */
async function opened(page) {
  await page.goto(at('/staff'));
  await check(page);
  assert.ok(!(await page.locator('main').innerText()).includes(NAME), 'the list names nobody');
  await page.locator('#observing a[href^="/staff/correction/visit/"]').last().click();
  await inBoth(page);
  await page.getByRole('button', { name: 'Open the record' }).first().click();
  await check(page);
  assert.match(await page.locator('h1').innerText(), new RegExp(NAME));
  await page.getByRole('link', { name: 'Correct this dose' }).first().click();
  await inBoth(page);
}

const REASON = 'the batch was read from another box';

test('a correction within the shift, and a void by two', async () => {
  const nurse = await phone(browser, { javaScriptEnabled: false });
  const hired = await nurseOnDuty(browser);
  await logInAs(nurse, hired.nurse);
  const mobile = await vaccinated(nurse);
  const citizen = await phone(browser, { javaScriptEnabled: false, acceptDownloads: true });
  await citizen.goto(at('/login'));
  await citizen.locator('input[name="mobile"]').fill(mobile);
  await citizen.locator('form[action="/login"] button').click();
  await citizen.locator('#otp').fill(await otp(mobile));
  await citizen.locator('form[action="/login/otp"] button:not([name])').click();
  const old = await certificate(citizen, 'old.pdf');

  await opened(nurse);
  await nurse.getByRole('button', { name: 'Check before saving' }).click();
  assert.ok((await nurse.locator('[aria-invalid="true"]').count()) >= 1, 'a reason is needed');
  await check(nurse);
  await nurse.locator('#batch').fill('RIGHT025');
  await nurse.locator('#reason').fill(REASON);
  await nurse.getByRole('button', { name: 'Check before saving' }).click();
  await check(nurse);
  assert.match(await nurse.locator('dl.large').innerText(), new RegExp(`${NAME}[^]*RIGHT025`));
  await largeType(nurse);
  await screenshot(nurse, 'correction');
  await nurse.getByRole('button', { name: 'Change something' }).click();
  assert.equal(await nurse.locator('#batch').inputValue(), 'RIGHT025', 'it is kept');
  await nurse.getByRole('button', { name: 'Check before saving' }).click();
  await nurse.getByRole('button', { name: 'Yes, correct it' }).click();
  await check(nurse);
  assert.match(await nurse.locator('h1').innerText(), /The dose is corrected/);

  const told = (await outbox(mobile)).trim();
  assert.match(told, /A dose in a record of this number was corrected/);
  const fresh = await certificate(citizen, 'new.pdf');
  assert.match(await verify(citizen, fresh), /Genuine and unchanged[^]*RIGHT025/);
  assert.match(await verify(citizen, old), /Replaced on/);
  await screenshot(citizen, 'superseded');
  const command = (file) => spawnSync(program(), ['verify-certificate', file, '--data', dataFolder()], { encoding: 'utf8' });
  assert.match(execFileSync(program(), ['verify-certificate', fresh, '--data', dataFolder()], { encoding: 'utf8' }), /^VALID/);
  assert.equal(command(old).status, 2, command(old).stderr);
  assert.match(command(old).stderr, /NOT VALID ANY MORE/);

  await opened(nurse);
  await nurse.locator('input[name="act"][value="void"]').check();
  await nurse.locator('#reason').fill('she was only asked, and had no dose');
  await nurse.getByRole('button', { name: 'Check before saving' }).click();
  await check(nurse);
  await nurse.getByRole('button', { name: 'Yes, propose it' }).click();
  await check(nurse);
  assert.match(await verify(citizen, fresh), /Genuine/, 'nothing is changed by one alone');

  const manager = await phone(browser, { javaScriptEnabled: false });
  await logInAs(manager, hired.manager);
  await manager.goto(at('/staff'));
  await manager.locator('a[href="/staff/correction"]').click();
  await inBoth(manager);
  await manager.getByRole('link', { name: 'Look and decide' }).last().click();
  await inBoth(manager);
  assert.ok(!(await manager.locator('main').innerText()).includes(NAME), 'the second person is told no name');
  await manager.getByRole('button', { name: 'Decline' }).click();
  assert.ok((await manager.locator('[aria-invalid="true"]').count()) >= 1);
  await check(manager);
  await screenshot(manager, 'second-person');
  await manager.getByRole('button', { name: 'I agree: do it' }).click();
  await check(manager);
  assert.match(await verify(citizen, fresh), /Withdrawn on/);
  assert.equal(await certificate(citizen, 'none.pdf'), null, 'no certificate is offered any more');
});

/** Opens a record under corrections, with document and reference id in hand. */
async function openAgain(page, { document, reference }) {
  await page.goto(at('/staff/correction'));
  await page.locator('a[href="/staff/correction/visit"]').click();
  await page.locator('#document_type').selectOption({ index: 3 });
  await page.locator('#document_number').fill(document);
  await page.locator('#reference_id').fill(reference);
  await page.locator('form:has(#document_number) button[type="submit"]').click();
}

test('a correction of the wrong person: the dose is moved by two, and both families read what is so', async () => {
  const [hers, not] = [await booked(browser, 'Sushila Moved'), await booked(browser, 'Shakuntala Wrong')];
  const { nurse: member, manager: second } = await nurseOnDuty(browser);
  const nurse = await phone(browser, { javaScriptEnabled: false });
  await logInAs(nurse, member);
  await openByCode(nurse, not);
  await typeDose(nurse, '4121Z025');
  await nurse.getByRole('button', { name: 'Yes, save' }).click();
  assert.deepEqual([await batchesOf(not.page), await batchesOf(hers.page)], [['4121Z025'], []], 'in the wrong record');

  await openAgain(nurse, hers);
  assert.match(await nurse.locator('h1').innerText(), /Sushila Moved/);
  assert.match(await nurse.locator('main').innerText(), /No dose is on record/);
  await inBoth(nurse);
  await openAgain(nurse, not);
  await nurse.getByRole('link', { name: 'Correct this dose' }).click();
  await nurse.locator('input[name="act"][value="move"]').check();
  await nurse.locator('#reason').fill('the two slips lay on one table');
  await nurse.getByRole('button', { name: 'Check before saving' }).click();
  assert.match(await nurse.locator('#to-error').innerText(), /Open the right person’s record first/);
  await check(nurse);
  await nurse.locator('#to').selectOption({ index: 1 });
  await nurse.getByRole('button', { name: 'Check before saving' }).click();
  await check(nurse);
  assert.match(await nurse.locator('dl.large').innerText(), /Shakuntala Wrong[^]*Sushila Moved/, 'from whom and to whom');
  await largeType(nurse);
  await screenshot(nurse, 'correction-move');
  await nurse.getByRole('button', { name: 'Yes, propose it' }).click();
  await check(nurse);
  assert.deepEqual([await batchesOf(not.page), await batchesOf(hers.page)], [['4121Z025'], []], 'one alone moves nothing');

  const manager = await phone(browser, { javaScriptEnabled: false });
  await logInAs(manager, second);
  await manager.goto(at('/staff/correction'));
  await manager.locator('main li', { hasText: member.code }).getByRole('link', { name: 'Look and decide' }).click();
  await inBoth(manager);
  assert.ok(!/Shakuntala|Sushila/.test(await manager.locator('main').innerText()), 'the second person is told no name');
  await manager.getByRole('button', { name: 'I agree: do it' }).click();
  await check(manager);
  assert.deepEqual([await batchesOf(not.page), await batchesOf(hers.page)], [[], ['4121Z025']], 'where it belongs, once');
});
