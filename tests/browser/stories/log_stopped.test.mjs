// The log stops while a record is open: nothing is read, what was typed goes over to the form of a held dose, which is kept.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { chromium, phone, screenshot } from '../browser.mjs';
import { check } from '../checks.mjs';
import { at, dataFolder } from '../demo.mjs';
import { logIn } from '../nurse.mjs';

const NURSE = 'MH395-0008';
let browser;
before(async () => { browser = await chromium(); });
after(async () => { await browser.close(); });

/** One statement in the demo's database; answers the first number. */
function sql(statement) {
  const run = `
import glob, sqlite3, sys
import { fillWalkIn, giveSeat, openRecord } from '../walk_in.mjs';
db = sqlite3.connect(glob.glob(sys.argv[1] + '/*.db')[0], timeout=10)
row = db.execute(sys.argv[2]).fetchone()
db.commit()
print(row[0] if row else '')`;
  return execFileSync('python3', ['-c', run, dataFolder(), statement], { encoding: 'utf8' }).trim();
}

const stop = () => sql('create table stopped_head as select * from access_head') + sql('delete from access_head');
const start = () => sql('insert into access_head select * from stopped_head') + sql('drop table stopped_head');

async function fill(nurse) {
  const document = `LOG${Math.floor(Math.random() * 1e7)}`;
  await nurse.goto(at('/staff/walk-in'));
  await fillWalkIn(nurse, { name: 'Lilabai Logstop', born: '1952', document, seat: 'input[name="seat"][value^="1|"]' });
  await giveSeat(nurse);
  await openRecord(nurse);
}

test('log stopped: nothing is read, and the dose that was being typed is kept without reading', async () => {
  const nurse = await phone(browser, { javaScriptEnabled: false });
  await logIn(nurse, NURSE);
  await fill(nurse);
  await nurse.locator('#batch_other').fill('LOGSTOP77');
  await nurse.locator('input[name="site"]').first().check();
  stop();
  try {
    const entries = sql('select count(*) from access_leaf');
    await nurse.locator('form:has(#batch) button[type="submit"]').first().click();
    await check(nurse);
    const text = await nurse.locator('main').innerText();
    assert.ok(!text.includes('Lilabai'), 'nobody is shown');
    await screenshot(nurse, 'log-stopped');
    await nurse.locator('form[action="/staff/held-dose"] button[type="submit"]').click();
    assert.equal(await nurse.locator('#batch').inputValue(), 'LOGSTOP77', 'what was typed is there');
    assert.equal(await nurse.locator('input[name="site"]:checked').count(), 1);
    await check(nurse);
    await nurse.locator('#reference_id').fill('31415926535897');
    await nurse.locator('#code').fill('1234');
    await nurse.locator('form[action="/staff/held-dose"] button[type="submit"]').click();
    await check(nurse);
    await nurse.locator('form[action="/staff/held-dose/save"] button[type="submit"]').first().click();
    await check(nurse);
    assert.match(await nurse.locator('main').innerText(), /Kept: H-\d+/);
    assert.equal(sql('select count(*) from access_leaf'), entries, '0 reads');
  } finally {
    start();
  }
});
