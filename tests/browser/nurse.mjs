// The list of those to come, on the screen of the day.

/** A number of somebody who is still to come, on the screen of the day. */
export const TO_COME = '#to-come a[href^="/staff/visit/"]';

/** Goes on to the last of those to come; each page of the list is one `step`. */
export async function lastToCome(page, step = (play) => play()) {
  const next = page.locator('#to-come-next');
  while (await next.count()) await step(() => next.click());
}
