// A member of staff of the demo who logs in.
import assert from 'node:assert/strict';

import { at, staffCode, staffPassword } from './demo.mjs';

/** Logs in at `base`, another address of the demo if it is given. A one-time code works once: a second login waits for the next. */
export async function logIn(page, code, base = at('/')) {
  for (let attempt = 0; ; attempt += 1) {
    await page.goto(new URL('/staff/login', base).href);
    await page.locator('#code').fill(code);
    await page.locator('#password').fill(await staffPassword(code));
    await page.locator('#totp').fill(await staffCode(code));
    await page.locator('main form button[type="submit"]').first().click();
    if (!page.url().includes('/staff/login')) return;
    assert.ok(attempt < 3, await page.locator('main').innerText());
    await page.waitForTimeout(16_000);
  }
}
