// The running demo as the stories see it. Missing environment is an error, never a skipped test.

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the stories with \`cargo xtask browser\``);
  return value;
}

/** An address in the demo: `at('/')`. */
export function at(path) {
  return new URL(path, needed('BASE_URL')).href;
}

/** The messages to a mobile as plain text, newest last. */
export async function outbox(mobile) {
  const answer = await fetch(needed('OTP_URL').replace('{mobile}', mobile));
  if (!answer.ok) throw new Error(`the outbox answered ${answer.status} for ${mobile}`);
  return await answer.text();
}

/** The newest OTP to a mobile. It is there before the page that asked for it was answered, so nothing waits. */
export async function otp(mobile) {
  const codes = (await outbox(mobile)).replaceAll(mobile, '').match(/(?<!\d)\d{6}(?!\d)/g);
  if (!codes) throw new Error(`no OTP in the outbox of ${mobile}`);
  return codes.at(-1);
}

/** A mobile that the demo does not know: its own are 70000000nn. */
export function newMobile() {
  return `9${String(Math.floor(Math.random() * 1e9)).padStart(9, '0')}`;
}

/** `{ mobile, reference }` of each vaccinated person that the demo named. */
export function vaccinated() {
  const lines = needed('VACCINATED').trim().split('\n');
  return lines.map((line) => {
    const [mobile, reference] = line.split(' ');
    return { mobile, reference };
  });
}

/** The binary, for `verify-certificate`. */
export function program() {
  return needed('PRAMAAN');
}

/** The demo's data folder, whose certificate key `verify-certificate` trusts. */
export function dataFolder() {
  return needed('DATA');
}

/** A staff member's password, as the tour shows it to everybody. */
export async function staffPassword(code) {
  const tour = await (await fetch(at('/demo'))).text();
  const shown = new RegExp(`<code>${code}</code>[^]*?</dt>\\s*<dd>[^<]*<code>([^<]+)</code>`).exec(tour);
  if (!shown) throw new Error(`the tour shows no password for ${code}`);
  return shown[1];
}

/** A staff member's one-time code of this moment, from the phone that the demo shows. */
export async function staffCode(code) {
  const shown = await (await fetch(at('/demo/outbox'))).text();
  const digits = new RegExp(`<code>${code}</code>[^]*?<strong>(\\d{6})</strong>`).exec(shown);
  if (!digits) throw new Error(`the outbox shows no one-time code for ${code}`);
  return digits[1];
}
