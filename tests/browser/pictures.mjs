// Makes docs/pictures/*.png from what the stories photographed last: `cargo xtask browser`, then `node tests/browser/pictures.mjs`.
// Three pages of a phone side by side, each from its top.
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from './browser.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const SETS = {
  anybody: ['availability-en', 'certificate', 'thief'],
  family: ['booked', 'household', 'access'],
  site: ['day', 'walk-in', 'dose-batches'],
  line: ['offline-unsent', 'log-stopped', 'card'],
  mistakes: ['correction', 'second-person', 'superseded'],
  people: ['private-member', 'member-phone', 'merge'],
  closing: ['leftover', 'day_close', 'session-short'],
  care: ['aefi-form', 'device-locked', 'aefi-list'],
  office: ['office-morning', 'office-week', 'stock'],
};

const phone = (name) => {
  const png = readFileSync(join(ROOT, 'target', 'browser', `${name}.png`)).toString('base64');
  return `<div><img width="360" src="data:image/png;base64,${png}"></div>`;
};
const sheet = (names) => `<!DOCTYPE html><style>
body { margin: 0; padding: 28px; display: flex; gap: 28px; width: max-content; background: #e8ece9; }
div { width: 360px; height: 900px; overflow: hidden; border-radius: 18px; box-shadow: 0 2px 10px #0003; background: #fff; }
img { display: block; }
</style>${names.map(phone).join('')}`;

const browser = await chromium();
const page = await browser.newPage({ viewport: { width: 1192, height: 956 } });
mkdirSync(join(ROOT, 'docs', 'pictures'), { recursive: true });
for (const [name, pages] of Object.entries(SETS)) {
  await page.setContent(sheet(pages));
  await page.screenshot({ path: join(ROOT, 'docs', 'pictures', `${name}.png`) });
}
await browser.close();
