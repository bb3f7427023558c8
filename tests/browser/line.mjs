// A line between the browser and the demo that can be cut, before a request arrives or between its commit and its answer.
import { createServer, request } from 'node:http';

import { at } from './demo.mjs';

/**
 * `{ address, cut, mend, close, posts, answered }`; `answered` has path and bytes of each answer, to workers too.
 * `cut('before')` ends every connection at once; `cut('answer', path)` lets requests through and ends the connection of a post
 * to `path` when its answer is there. `cut('swallow')` answers nothing and ends nothing, as where packets are lost.
 */
export async function line() {
  const target = new URL(at('/'));
  let mode = 'up';
  let where = '';
  const posts = [];
  const answered = [];
  const server = createServer((asked, answer) => {
    if (mode === 'before') return asked.socket.destroy();
    if (mode === 'swallow') return;
    const headers = { ...asked.headers, connection: 'close' };
    const on = request({ host: target.hostname, port: target.port, path: asked.url, method: asked.method, headers }, (got) => {
      const parts = [];
      got.on('data', (part) => parts.push(part));
      got.on('end', () => {
        if (asked.method === 'POST') posts.push(asked.url);
        if (mode === 'answer' && asked.method === 'POST' && asked.url === where) return asked.socket.destroy();
        const body = Buffer.concat(parts);
        answered.push({ path: asked.url, bytes: got.rawHeaders.join('').length + body.length });
        answer.writeHead(got.statusCode, got.rawHeaders);
        answer.end(body);
      });
    });
    on.on('error', () => asked.socket.destroy());
    asked.pipe(on);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const address = `http://${target.hostname}:${server.address().port}`;
  return {
    address,
    posts,
    answered,
    cut(how, path = '') {
      mode = how;
      where = path;
      if (how === 'before') server.closeAllConnections();
    },
    mend() { mode = 'up'; },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
