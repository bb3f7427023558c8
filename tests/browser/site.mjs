// A centre of a story's own, as its district makes it: so that seats, stock and who is late are this story's alone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

import { phone } from './browser.mjs';
import { at, dataFolder } from './demo.mjs';
import { hire, logInAs } from './staff.mjs';
import { inDays } from './table.mjs';

const SEND = 'main form button[type="submit"]';

/**
 * `{ id, name }` of a centre that is open all day, with sessions today: `sessions` are pairs of a vaccine and its seats in each
 * of the `slots`, as a file for import has them.
 */
export async function ownSite(browser, sessions, slots = '12:00AM-11:59PM') {
  const admin = await hire(browser, 'district-admin');
  const page = await phone(browser, { javaScriptEnabled: false });
  await logInAs(page, admin);
  const id = 800_000 + Math.floor(Math.random() * 90_000);
  const name = `Story centre ${id}`;
  await page.goto(at('/staff/centres/new'));
  const typed = { id: String(id), name, address: 'Fort', block: 'Ward A', pincode: '400001', opens: '00:00', closes: '23:59' };
  for (const [field, value] of Object.entries(typed)) await page.locator(`#${field}`).fill(value);
  await page.locator(SEND).first().click();
  assert.match(page.url(), /done=added/, await page.locator('main').innerText());
  const rows = sessions.map(([vaccine, seats]) => `${id},${inDays(0)},${vaccine},18,${slots},${seats}`);
  const file = ['centre_id,date,vaccine,min_age,slots,seats', ...rows].join('\n');
  await page.goto(at('/staff/import'));
  await page.locator('#file').setInputFiles({ name: 'sessions.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
  await page.locator(SEND).first().click();
  await page.locator(SEND).first().click();
  assert.match(page.url(), /done=published/, await page.locator('main').innerText());
  await page.context().close();
  return { id, name };
}

/** One statement in the demo's database, for what only time or a fault can bring; answers the first number. */
export function sql(statement) {
  const run = `
import glob, sqlite3, sys
db = sqlite3.connect(glob.glob(sys.argv[1] + '/*.db')[0], timeout=10)
row = db.execute(sys.argv[2]).fetchone()
db.commit()
print(row[0] if row else '')`;
  return execFileSync('python3', ['-c', run, dataFolder(), statement], { encoding: 'utf8' }).trim();
}
