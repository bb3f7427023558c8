// The paper day: the list is printed before, nobody is named on it, and what was written is typed in afterwards.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chromium, desk, phone, screenshot } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { batchesOf, booked } from '../citizen.mjs';
import { at } from '../demo.mjs';
import { logInAs, nurseOnDuty } from '../staff.mjs';
import { givenToday, inDays, recorded } from '../table.mjs';

/** A batch of this story's own, so that the day's count of it is the count of its doses. */
const BATCH = `PAP${Math.floor(Math.random() * 1e6)}`;
const NAME = 'Draupadi Paperwala';
let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

async function check(page) {
  await axe(page);
  await at360(page);
}

/** What stands in each line of the printed sheet: number and hours. */
async function sheet(page, path) {
  await page.goto(at(path));
  await check(page);
  const text = await page.locator('main').innerText();
  assert.ok(!text.includes('Paperwala'), 'nobody is named');
  const rows = page.locator('table.sheet').first().locator('tbody th');
  return (await rows.allInnerTexts()).map((row) => row.replace(/\s+/g, ' ').trim());
}

test('paper: the list is printed without names, the sheet is typed in, and its doses are recorded', async () => {
  const { nurse: hired, manager: boss } = await nurseOnDuty(browser);
  const people = [await booked(browser, NAME), await booked(browser, NAME)];
  const manager = await desk(browser, { javaScriptEnabled: false });
  await logInAs(manager, boss);
  const printed = await sheet(manager, '/staff/roster/print?day=today');
  for (const { queue, hours } of people) {
    assert.ok(printed.includes(`${queue} ${hours}`), `number ${queue} with its hours ${hours} is on the sheet: ${printed.join(' | ')}`);
  }
  await manager.emulateMedia({ media: 'print' });
  await screenshot(manager, 'roster-print');
  assert.equal(await manager.locator('.steps').isVisible(), false, 'nothing but the sheet is printed');

  const nurse = await desk(browser, { javaScriptEnabled: false });
  await logInAs(nurse, hired);
  await nurse.goto(at('/staff/paper'));
  await check(nurse);
  await nurse.locator('main form[action="/staff/paper"] button[type="submit"]').click();
  assert.ok((await nurse.locator('[aria-invalid="true"]').count()) >= 3, 'an empty sheet is refused field by field');
  await check(nurse);
  await nurse.locator('#vaccine').selectOption('COVISHIELD');
  await nurse.locator('#batch').fill(BATCH);
  await nurse.locator('input[name="site"]').first().check();
  for (const [n, { reference, code }] of people.entries()) {
    await nurse.locator(`#reference_id_${n + 1}`).fill(reference);
    await nurse.locator(`#code_${n + 1}`).fill(code);
    await nurse.locator(`#given_at_${n + 1}`).fill('00:01');
  }
  await screenshot(nurse, 'paper');
  await nurse.locator('main form[action="/staff/paper"] button[type="submit"]').click();
  assert.match(await nurse.locator('dl.large').first().innerText(), new RegExp(BATCH));
  await check(nurse);
  await nurse.locator('main form[action="/staff/paper"] button[type="submit"]').first().click();
  const saved = await nurse.locator('.notice.done').innerText();
  assert.match(saved, /2 doses kept/);
  await check(nurse);
  await nurse.goto(at('/staff/held-dose'));
  await check(nurse);
  const lines = await nurse.locator('main li', { hasText: 'from paper' }).allInnerTexts();
  const numbers = lines.slice(0, 2).map((line) => /^H-(\d+),/.exec(line.trim())[1]);
  await nurse.goto(at('/staff/held-dose?from=paper'));
  await check(nurse);

  await recorded(nurse, numbers);
  for (const { page, reference } of people) assert.deepEqual(await batchesOf(page), [BATCH], `${reference} has one dose`);
  await manager.emulateMedia({ media: 'screen' });
  assert.equal(await givenToday(manager, BATCH), 2, 'two doses, by the day’s count');
  await nurse.goto(at('/language/hi'));
  await nurse.goto(at('/staff/paper'));
  await check(nurse);
});

test('paper: the manager prints the list of tomorrow', async () => {
  const { manager: boss } = await nurseOnDuty(browser);
  const { queue, hours } = await booked(browser, NAME, { days: 1 });
  const manager = await desk(browser, { javaScriptEnabled: false });
  await logInAs(manager, boss);
  await manager.goto(at('/staff/roster'));
  await manager.locator('a[href^="/staff/roster/print"]').first().click();
  const printed = await sheet(manager, new URL(manager.url()).pathname);
  assert.ok(printed.includes(`${queue} ${hours}`), `number ${queue} with its hours ${hours}: ${printed.join(' | ')}`);
  assert.match(await manager.locator('.lead').first().innerText(), new RegExp(`\\b${Number(inDays(1).slice(8))}\\b`), 'the day of tomorrow');
});
