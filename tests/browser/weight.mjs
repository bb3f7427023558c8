// What a step costs on the line.
import assert from 'node:assert/strict';

/** Bytes and requests of one step of a nurse's work, at most. */
export const STEP = { bytes: 30_000, requests: 2 };

/** Counts what goes over the line from now on; what the browser has already is free. */
export async function scales(page) {
  const session = await page.context().newCDPSession(page);
  let bytes = 0;
  let requests = 0;
  let asked = [];
  session.on('Network.requestWillBeSent', ({ redirectResponse, request }) => {
    requests += 1;
    asked.push(new URL(request.url).pathname);
    bytes += redirectResponse?.encodedDataLength ?? 0;
  });
  session.on('Network.responseReceived', ({ response }) => {
    if (response.fromDiskCache) requests -= 1;
  });
  session.on('Network.requestServedFromCache', () => { requests -= 1; });
  session.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; });
  await session.send('Network.enable');
  const weigh = async (play) => {
    // The icon of the page before may still be on its way.
    await page.waitForLoadState('networkidle');
    bytes = 0;
    requests = 0;
    asked = [];
    await play();
    await page.waitForLoadState('networkidle');
    return { bytes, requests, asked };
  };
  return {
    /** Plays something, waits until the line is quiet, and returns what it cost. */
    weigh,
    /** The same of a step, and asserts that it was light. */
    async step(name, play) {
      const cost = await weigh(play);
      assert.ok(cost.requests >= 1 && cost.bytes > 0, `${name}: something was counted`);
      const said = `${name}: ${cost.requests} requests, ${cost.bytes} bytes; at most ${STEP.requests} and ${STEP.bytes}`;
      assert.ok(cost.requests <= STEP.requests && cost.bytes <= STEP.bytes, `${said} (${cost.asked.join(', ')})`);
      return { name, ...cost };
    },
  };
}
