// The list of those to come, on the screen of the day.

/** A number of somebody who is still to come, on the screen of the day. */
export const TO_COME = '#to-come a[href^="/staff/visit/"]';

/** Goes on to the last of those to come; each page of the list is one `step`. */
export async function lastToCome(page, step = (play) => play()) {
  const next = page.locator('#to-come-next');
  while (await next.count()) await step(() => next.click());
}

/** Opens the last of those to come whose line matches, on whichever page of the list it is. */
export async function openToCome(page, words) {
  const row = page.locator(TO_COME, { hasText: words });
  const next = page.locator('#to-come-next');
  const pages = [];
  for (;;) {
    if (await row.count()) pages.push(page.url());
    if (!(await next.count())) break;
    await next.click();
  }
  if (pages.length === 0) throw new Error(`nobody to come is ${words}`);
  if (page.url() !== pages.at(-1)) await page.goto(pages.at(-1));
  await row.last().click();
}
