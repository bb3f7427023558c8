// Playing with the keyboard alone.

/** What can be worked with, as far as it is shown: of a group of radio buttons one is a stop of the Tab key. */
const STOPS = 'a[href], button, input:not([type="hidden"]), select, textarea, summary';

/**
 * Walks the page with the Tab key, once round. Fails when something that can be worked with is never reached, and when it
 * is reached and nothing shows that.
 */
export async function keyboard(page) {
  const wanted = await page.evaluate((stops) => {
    const radios = new Set();
    const shown = [...document.querySelectorAll(stops)].filter((element) => element.checkVisibility() && !element.disabled);
    const tabbed = shown.filter((element) => {
      if (element.type !== 'radio') return true;
      const group = `${element.form?.action} ${element.name}`;
      return !radios.has(group) && radios.add(group);
    });
    return tabbed.map((element) => (element.type === 'radio' ? `radio ${element.name}` : element.outerHTML.slice(0, 120)));
  }, STOPS);
  // A date or a time has a stop for each of its parts and one for its picker; the browser shows which has the focus.
  const parts = 4 * (await page.locator('input[type="date"], input[type="time"]').count());
  const reached = new Set();
  for (let step = 0; step < wanted.length + parts + 3; step += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const style = getComputedStyle(element);
      const label = element.labels?.[0] ? getComputedStyle(element.labels[0]) : style;
      const visible = [style, label].some((one) => one.outlineStyle !== 'none' || one.boxShadow !== 'none');
      return { name: element.type === 'radio' ? `radio ${element.name}` : element.outerHTML.slice(0, 120), visible };
    });
    if (!at || reached.has(at.name)) continue;
    if (!at.visible) throw new Error(`${page.url()}: nothing shows that this has the focus: ${at.name}`);
    reached.add(at.name);
  }
  const missed = wanted.filter((name) => !reached.has(name));
  if (missed.length > 0) throw new Error(`${page.url()}: the Tab key does not reach:\n    ${missed.join('\n    ')}`);
}

/** Tabs until the element that `selector` finds has the focus. */
export async function tabTo(page, selector) {
  for (let step = 0; step < 80; step += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${page.url()}: the Tab key does not reach ${selector}`);
}

/** Types into a field that is reached with the Tab key. */
export async function type(page, selector, text) {
  await tabTo(page, selector);
  await page.keyboard.type(text);
}

/** Presses Enter on what is reached with the Tab key, and waits for the page that follows. */
export async function enter(page, selector) {
  await tabTo(page, selector);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
}
