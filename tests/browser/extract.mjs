// The vectors of docs/extract.md for JavaScript: extracts, changes to them, and what must be said of each.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** `{ words, extracts, cases }`. */
export const vectors = JSON.parse(readFileSync(join(root, 'crates/tlog/vectors/extract_v1.json'), 'utf8'));

/** The script that pages load, as text. */
export const script = readFileSync(join(root, 'crates/http/assets/extract.js'), 'utf8');

/** The text of a case's file: an extract with the changes made, the part of JSON Patch (RFC 6902) that the vectors use. */
export function fileOf({ extract, patch }) {
  const made = structuredClone(vectors.extracts[extract]);
  for (const { op, path, value } of patch) {
    const names = path.split('/').slice(1);
    const name = names.pop();
    const parent = names.reduce((within, next) => within[next], made);
    if (op === 'remove') Array.isArray(parent) ? parent.splice(Number(name), 1) : delete parent[name];
    else if (op === 'add' && Array.isArray(parent)) parent.splice(Number(name), 0, value);
    else parent[name] = value;
  }
  return JSON.stringify(made);
}

/** What a verifier says of a case: null when it holds, `CHECK PLACE` when not; whatever else it throws, as it is. */
export async function judged(verify, file, { key, checkpoint }) {
  try {
    await verify(file, { key, checkpoint });
    return null;
  } catch (fault) {
    return fault.check ? `${fault.check} ${fault.place}` : String(fault.stack);
  }
}
