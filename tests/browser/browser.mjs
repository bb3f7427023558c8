// Starting Chromium and opening pages. A new, empty profile each time: no test finds what another left.
import { createRequire } from 'node:module';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
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
export async function chromium(...more) {
  return await playwright.launch({ executablePath, args: [...args, ...more], headless: true });
}

/**
 * Chromium 92 of July 2021, unpacked from the npm package chrome-aws-lambda: the engine of a five-year-old phone's Chrome, on
 * Linux and without a screen. No Android.
 */
export async function oldChromium(...more) {
  const packed = createRequire(import.meta.url).resolve('chrome-aws-lambda/bin/chromium.br');
  const unpacked = join(folder(), 'chromium-92');
  if (!existsSync(unpacked)) {
    const part = `${unpacked}.${process.pid}`;
    writeFileSync(part, brotliDecompressSync(readFileSync(packed)));
    chmodSync(part, 0o755);
    renameSync(part, unpacked);
  }
  return await playwright.launch({ executablePath: unpacked, args: [...args, ...more], headless: true });
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

/** What the tests write. */
function folder() {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
  const path = process.env.SCREENSHOTS ?? join(root, 'target', 'browser');
  mkdirSync(path, { recursive: true });
  return path;
}

/** Writes target/browser/NAME.png, the whole page, and says where. */
export async function screenshot(page, name) {
  const path = join(folder(), `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}
