// Starting Chromium and opening pages. A new, empty profile each time: no test finds what another left.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium as playwright } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
// Nothing but the page under test: no sandbox (tests run as root in containers), no calls home.
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser; the caller closes it. Playwright gives each a user data folder of its own. */
export async function chromium() {
  return await playwright.launch({ executablePath, args, headless: true });
}

/** A page as on a small phone: 360 pixels wide. `{ javaScriptEnabled: false }` for a plain one. */
export async function phone(browser, options = {}) {
  return await page(browser, { viewport: { width: 360, height: 740 }, ...options });
}

/** A page as on a desk. */
export async function desk(browser, options = {}) {
  return await page(browser, { viewport: { width: 1280, height: 800 }, ...options });
}

async function page(browser, options) {
  const context = await browser.newContext({ locale: 'en-IN', timezoneId: 'Asia/Kolkata', ...options });
  const opened = await context.newPage();
  opened.setDefaultTimeout(15_000);
  return opened;
}

/** Writes target/browser/NAME.png, the whole page, and says where. */
export async function screenshot(page, name) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
  const folder = process.env.SCREENSHOTS ?? join(root, 'target', 'browser');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}
