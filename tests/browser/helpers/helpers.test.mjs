// The tools of the browser tests against pages served here: sound ones pass, planted faults go red.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { chromium, desk, phone, screenshot } from '../browser.mjs';
import { at360, axe } from '../checks.mjs';
import { keyboard } from '../keyboard.mjs';
import { digits, nextStep } from '../one_time.mjs';
import { reads, sound, tree } from '../tree.mjs';

const page = (body) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sound</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>Sound</h1>${body}</main></body></html>`;

const pages = {
  '/sound': page('<form><label for="mobile">Mobile</label> <input id="mobile" name="mobile"></form>'),
  '/no-label': page('<form><input name="mobile"></form>'),
  '/wide': page('<p id="strip" style="width: 900px">Wide</p>'),
  '/by-mouse': page('<a href="/sound" tabindex="-1">By mouse only</a>'),
  '/no-focus': page('<a href="/sound" style="outline: none">Where am I?</a>'),
  '/hindi': page('<p lang="hi">टीकाकरण प्रमाण पत्र</p>'),
};

let server, base, browser;

before(async () => {
  server = createServer((request, response) => {
    const body = pages[request.url];
    response.writeHead(body ? 200 : 404, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
    });
    response.end(body);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  base = `http://127.0.0.1:${server.address().port}`;
  browser = await chromium();
});

after(async () => {
  await browser?.close();
  server?.close();
});

test('axe accepts a sound page, whatever its content security policy', async () => {
  const opened = await desk(browser);
  await opened.goto(`${base}/sound`);
  await axe(opened);
});

test('axe names the field without a label', async () => {
  const opened = await desk(browser);
  await opened.goto(`${base}/no-label`);
  await assert.rejects(axe(opened), (error) => {
    assert.match(error.message, /label \(critical\)/);
    assert.match(error.message, /<input name="mobile">/);
    return true;
  });
});

test('axe also reads a page on which JavaScript is switched off', async () => {
  const opened = await phone(browser, { javaScriptEnabled: false });
  await opened.goto(`${base}/no-label`);
  await assert.rejects(axe(opened), /label \(critical\)/);
});

test('axe reads the page as scripts left it, on a phone of 360 pixels, and gives its window back', async () => {
  const opened = await desk(browser);
  await opened.goto(`${base}/sound`);
  await opened.evaluate(() => { document.querySelector('form').innerHTML = '<input id="typed">'; });
  await assert.rejects(axe(opened), /label \(critical\)[^]*<input id="typed">/);
  await opened.evaluate(() => {
    const narrow = matchMedia('(max-width: 400px)');
    const show = () => { document.querySelector('form').innerHTML = narrow.matches ? '<input id="narrow">' : ''; };
    narrow.addEventListener('change', show);
    show();
  });
  await assert.rejects(axe(opened), /label \(critical\)[^]*<input id="narrow">/);
  assert.equal(opened.viewportSize().width, 1280);
});

test('at360 accepts a page that fits and names what is too wide', async () => {
  const opened = await desk(browser);
  await opened.goto(`${base}/sound`);
  await at360(opened);
  await opened.goto(`${base}/wide`);
  await assert.rejects(at360(opened), /is 9\d\d pixels wide on a phone of 360:\s+<p id="strip"/);
  assert.equal(opened.viewportSize().width, 1280);
});

test('keyboard accepts what the Tab key reaches, names what it does not, and what shows no focus', async () => {
  const opened = await phone(browser, { javaScriptEnabled: false });
  await opened.goto(`${base}/sound`);
  await keyboard(opened);
  await opened.goto(`${base}/by-mouse`);
  await assert.rejects(keyboard(opened), /does not reach:\s+<a href="\/sound" tabindex="-1">/);
  await opened.goto(`${base}/no-focus`);
  await assert.rejects(keyboard(opened), /nothing shows that this has the focus: <a href/);
});

test('the accessibility tree reads names and states in order, and what has no name is found', async () => {
  const opened = await phone(browser, { javaScriptEnabled: false });
  await opened.goto(`${base}/sound`);
  assert.ok((await tree(opened)).includes('textbox "Mobile"'));
  await sound(opened);
  await reads(opened, ['main ""', 'heading "Sound"', /^textbox "Mob/]);
  await assert.rejects(reads(opened, ['textbox "Mobile"', 'heading "Sound"']), /does not read heading "Sound" after/);
  await opened.goto(`${base}/no-label`);
  await assert.rejects(sound(opened), /has a name/);
});

test('a screenshot is a picture of the page', async () => {
  const opened = await phone(browser);
  await opened.goto(`${base}/hindi`);
  assert.ok(statSync(await screenshot(opened, 'helpers-hindi')).size > 1000);
});

test('one-time codes: those of the RFC, good until the form has arrived, each once', () => {
  // RFC 6238, appendix B, SHA-1: the secret is the text 12345678901234567890; the last six of its eight digits.
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  assert.equal(digits(secret, Math.floor(59 / 30)), '287082');
  assert.equal(digits(secret, Math.floor(1_111_111_109 / 30)), '081804');
  for (let second = 3000; second < 3030; second += 0.5) {
    let last = 0;
    let arrived = second;
    for (let login = 0; login < 5; login += 1) {
      const { step, wait } = nextStep(arrived, last);
      assert.ok(step > last, 'each once');
      arrived += wait;
      for (const later of [0, 10]) {
        const now = Math.floor((arrived + later) / 30);
        assert.ok(Math.abs(now - step) <= 1, `at second ${second}, login ${login}, ${later} s on its way`);
      }
      last = step;
    }
  }
});
