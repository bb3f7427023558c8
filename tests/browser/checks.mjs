// What every page must pass. All throw an Error whose message says what is wrong and where.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { at } from './demo.mjs';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Fails on any accessibility violation that axe-core finds.
 *
 * It reads a copy of the page: axe needs timers, which do not run where JavaScript is switched off, and the stories are
 * played without. The copy has the page's address and cookies, so its styles load; what was typed is not in it.
 */
export async function axe(page) {
  const url = page.url();
  const body = await page.content();
  const copies = await page.context().browser().newContext({
    storageState: await page.context().storageState(),
    viewport: page.viewportSize(),
  });
  try {
    const copy = await copies.newPage();
    await copy.route(url, (route) => route.fulfill({ body, contentType: 'text/html; charset=utf-8' }));
    await copy.goto(url);
    await copy.evaluate(source);
    const { violations } = await copy.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    if (violations.length > 0) {
      throw new Error(`${url} has accessibility violations:\n${violations.map(violation).join('\n')}`);
    }
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
  await page.setViewportSize({ width: 360, height: 740 });
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

/** Both of a page. */
export async function check(page) {
  await axe(page);
  await at360(page);
}

/** Both of the same page in Hindi, and back; `path` where the address is not the one to come back to. */
export async function inHindi(page, path = page.url()) {
  await page.goto(at('/language/hi'));
  await page.goto(at(path));
  await check(page);
  await page.goto(at('/language/en'));
  await page.goto(at(path));
}

/** Both of the page as it is, and in Hindi. */
export async function inBoth(page) {
  await check(page);
  await inHindi(page);
}

/** Opens an address in Hindi and then in English: both of each. */
export async function openInBoth(page, path) {
  for (const language of ['hi', 'en']) {
    await page.goto(at(`/language/${language}`));
    await page.goto(at(path));
    await check(page);
  }
}
