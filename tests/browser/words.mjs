// The texts of the pages, by key, so that a story asserts the same in English and in Hindi.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LOCALES = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'crates', 'http', 'locales');

/** `words('hi')('member-name')` is the text of one line; what the page puts in stands in `values`, by its name. */
export function words(language) {
  const folder = join(LOCALES, language);
  const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const texts = new Map(files.join('\n').split('\n').flatMap((line) => {
    const found = /^([a-z0-9-]+) = (.+)$/.exec(line);
    return found ? [[found[1], found[2]]] : [];
  }));
  return (key, values = {}) => {
    const text = texts.get(key);
    if (!text) throw new Error(`${language} has no line ${key}`);
    return text.replace(/\{ \$(\w+) \}/g, (_, name) => values[name] ?? '');
  };
}
