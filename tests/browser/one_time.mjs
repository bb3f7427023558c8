// One-time codes of staff that a story hires (RFC 6238, SHA-1, six digits, steps of thirty seconds).
import { createHmac } from 'node:crypto';

const STEP = 30;
/** A form is filled in and answered well within these seconds, on a slow machine too. */
const ON_THE_WAY = 12;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The six digits of a step. `secret` is base32 without padding. */
export function digits(secret, step) {
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, '0');
}

/**
 * The first unused step after `last` that the server takes now (it takes the step before, this one and the next) and still
 * takes when the form has arrived, and the seconds until then: 0, unless all three were used.
 */
export function nextStep(seconds, last = 0) {
  const now = Math.floor(seconds / STEP);
  const ending = STEP - (seconds % STEP) < ON_THE_WAY;
  const step = Math.max(ending ? now : now - 1, last + 1);
  return { step, wait: Math.max(0, (step - 1) * STEP - seconds) };
}

/** A code that the server takes and has not seen from `member`. */
export async function oneTimeCode(member) {
  const { step, wait } = nextStep(Date.now() / 1000, member.lastStep);
  member.lastStep = step;
  if (wait > 0) await new Promise((due) => setTimeout(due, wait * 1000 + 100));
  return digits(member.secret, step);
}
