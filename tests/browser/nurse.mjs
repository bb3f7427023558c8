// A member of staff of the demo who logs in.
import assert from 'node:assert/strict';

import { at, staffCode, staffPassword } from './demo.mjs';

/** A number of somebody who is still to come, on the screen of the day. */
export const TO_COME = '#to-come a[href^="/staff/visit/"]';

/** Goes on to the last of those to come; each page of the list is one `step`. */
export async function lastToCome(page, step = (play) => play()) {
  const next = page.locator('#to-come a[href^="/staff?from="]');
  while (await next.count()) await step(() => next.click());
}

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
