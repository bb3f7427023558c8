// What a step costs on the line.
import assert from 'node:assert/strict';

/** Bytes and requests of one step of a nurse's work, at most. */
export const STEP = { bytes: 30_000, requests: 2 };

/** Counts what goes over the line from now on; what the browser has already is free. */
export async function scales(page) {
  const session = await page.context().newCDPSession(page);
  let bytes = 0;
  let requests = 0;
  session.on('Network.requestWillBeSent', ({ redirectResponse }) => {
    requests += 1;
    bytes += redirectResponse?.encodedDataLength ?? 0;
  });
  session.on('Network.responseReceived', ({ response }) => {
    if (response.fromDiskCache) requests -= 1;
  });
  session.on('Network.requestServedFromCache', () => { requests -= 1; });
  session.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; });
  await session.send('Network.enable');
  return {
    /** Plays a step, waits until the line is quiet, and asserts that it was light. Returns what it cost. */
    async step(name, play) {
      bytes = 0;
      requests = 0;
      await play();
      await page.waitForLoadState('networkidle');
      assert.ok(requests >= 1 && bytes > 0, `${name}: something was counted`);
      assert.ok(requests <= STEP.requests, `${name}: ${requests} requests, at most ${STEP.requests}`);
      assert.ok(bytes <= STEP.bytes, `${name}: ${bytes} bytes, at most ${STEP.bytes}`);
      return { name, bytes, requests };
    },
  };
}
