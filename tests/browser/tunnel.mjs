// TLS in front of the demo, as every real installation has it: browsers before 2022 keep no `__Host-` cookie of a server on
// plain HTTP, not even on loopback. Bytes pass as they are: no header is added.
import { execFileSync } from 'node:child_process';
import { X509Certificate, createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';

/** Starts it; `base` is its address. The certificate is made here; `trust` makes a browser believe this one key and no other. */
export async function tunnel(to) {
  const folder = mkdtempSync(join(tmpdir(), 'pramaan-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost'], { stdio: 'pipe' });
  const { hostname, port } = new URL(to);
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    const inner = connect(Number(port), hostname);
    const end = () => { socket.destroy(); inner.destroy(); };
    socket.on('error', end).on('close', end);
    inner.on('error', end).on('close', end);
    socket.pipe(inner).pipe(socket);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const spki = new X509Certificate(readFileSync(cert)).publicKey.export({ type: 'spki', format: 'der' });
  return {
    base: `https://localhost:${server.address().port}`,
    trust: `--ignore-certificate-errors-spki-list=${createHash('sha256').update(spki).digest('base64')}`,
    close: () => server.close(),
  };
}
