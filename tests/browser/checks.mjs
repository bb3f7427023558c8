// What every page must pass. Both throw an Error whose message says what is wrong and where.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A small phone: what axe and `at360` look at, whatever the story's own window. */
const PHONE = { width: 360, height: 740 };
const options = { resultTypes: ['violations'] };

/**
 * Fails on any accessibility violation that axe-core finds on a phone of 360 pixels.
 *
 * Where scripts run, it reads the page itself, in the state that they brought it to. axe needs timers, which do not run where
 * JavaScript is switched off, as most stories have it: there it reads a copy, with the page's address and cookies so that its
 * styles load; what was typed is not in it.
 */
export async function axe(page) {
  const before = page.viewportSize();
  await page.setViewportSize(PHONE);
  const found = (await scripted(page)) ? await violations(page) : await copied(page);
  if (before) await page.setViewportSize(before);
  if (found.length > 0) throw new Error(`${page.url()} has accessibility violations:\n${found.join('\n')}`);
}

/** Whether the page's own timers run. */
async function scripted(page) {
  return await page.evaluate(() => matchMedia('(scripting: enabled)').matches);
}

/** What axe finds in the page itself, each in readable words. */
export async function violations(page) {
  await page.evaluate(source);
  const { violations: found } = await page.evaluate((how) => globalThis.axe.run(document, how), options);
  return found.map(violation);
}

async function copied(page) {
  const url = page.url();
  const body = await page.content();
  const copies = await page.context().browser().newContext({
    storageState: await page.context().storageState(),
    viewport: PHONE,
  });
  try {
    const copy = await copies.newPage();
    await copy.route(url, (route) => route.fulfill({ body, contentType: 'text/html; charset=utf-8' }));
    await copy.goto(url);
    return await violations(copy);
  } finally {
    await copies.close();
  }
}

function violation({ id, impact, help, nodes }) {
  const places = nodes.map((node) => `    at ${node.target.join(' ')}: ${node.html}`);
  return `  ${id} (${impact}): ${help}\n${places.join('\n')}`;
}

/** Fails when the page scrolls sideways on a phone of 360 pixels; the size is as before afterwards. */
export async function at360(page) {
  const before = page.viewportSize();
  await page.setViewportSize(PHONE);
  const { width, wide } = await page.evaluate(() => {
    const beyond = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1,
    );
    return {
      width: document.documentElement.scrollWidth,
      wide: beyond.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)),
    };
  });
  if (before) await page.setViewportSize(before);
  if (width > 360) {
    throw new Error(`${page.url()} is ${width} pixels wide on a phone of 360:\n    ${wide.join('\n    ')}`);
  }
}

/** What a second reader compares with the vial before anything is saved is at least so large, in pixels. */
const LARGE = 28;

/** Fails when what `list` repeats before saving is not in large letters, as the browser draws it on a phone of 360 pixels. */
export async function largeType(page, list = 'dl.large') {
  const before = page.viewportSize();
  await page.setViewportSize(PHONE);
  const drawn = await page.locator(`${list} dd`).evaluateAll((all) => all.map(
    (one) => ({ pixels: parseFloat(getComputedStyle(one).fontSize), seen: one.getClientRects().length > 0, text: one.textContent }),
  ));
  if (before) await page.setViewportSize(before);
  const small = drawn.filter(({ pixels, seen }) => !seen || pixels < LARGE);
  if (drawn.length === 0 || small.length > 0) {
    throw new Error(`${page.url()}: ${list} is not in letters of ${LARGE} pixels: ${JSON.stringify(small)} of ${drawn.length}`);
  }
}
