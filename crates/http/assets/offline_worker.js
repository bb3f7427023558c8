// Keeps one page, its script, its style and its mark for when there is no line. Nothing of a person, no other page.
'use strict';
const CACHE = 'pramaan-offline-VERSION';
const FILES = FILES_HERE;
const PAGE = '/staff/offline';
const SHELL = '/staff/offline/shell';
// A line that is bad answers nothing for long: then the kept page is shown.
const PATIENCE = 4000;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES.concat(SHELL))).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const old = (name) => name.startsWith('pramaan-offline-') && name !== CACHE;
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

// Whatever the language and encoding that a request asks for: the names of files change with their content.
function kept(request) {
  return caches.open(CACHE).then((cache) => cache.match(request, { ignoreVary: true }));
}

function refresh() {
  return caches.open(CACHE).then((cache) => cache.add(SHELL)).catch(() => undefined);
}

function later() {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), PATIENCE));
}

async function page(event) {
  const online = fetch(event.request).catch(() => undefined);
  const answer = await Promise.race([online, later()]);
  if (answer && answer.status < 500) {
    if (answer.ok) event.waitUntil(refresh());
    return answer;
  }
  return (await kept(SHELL)) || (await online) || Response.error();
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (event.request.mode === 'navigate' && url.pathname === PAGE) event.respondWith(page(event));
  else if (FILES.includes(url.pathname)) {
    event.respondWith(kept(event.request).then((found) => found || fetch(event.request)));
  }
});
