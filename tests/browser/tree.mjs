// The accessibility tree, as Chromium hands it to a screen reader.
import assert from 'node:assert/strict';

/** What a reader is told of a node: its role, its name, and what state it is in. */
const STATES = ['checked', 'required', 'invalid', 'disabled', 'expanded'];

function line({ role, name, properties = [] }) {
  const states = properties
    .filter((property) => STATES.includes(property.name) && ![false, 'false'].includes(property.value.value))
    .map((property) => property.name);
  return [role.value, JSON.stringify(name?.value ?? ''), ...states].join(' ');
}

/** One line a node, in the order in which it is read: `heading "Your family"`, `textbox "Name" required`. */
export async function tree(page) {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send('Accessibility.enable');
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const byId = new Map(nodes.map((node) => [node.nodeId, node]));
    const lines = [];
    const walk = (node) => {
      if (!node) return;
      if (!node.ignored && !['InlineTextBox', 'none', 'generic'].includes(node.role.value)) lines.push(line(node));
      for (const child of node.childIds ?? []) walk(byId.get(child));
    };
    walk(nodes[0]);
    return lines;
  } finally {
    await session.detach();
  }
}

/**
 * Asserts that the tree reads these in this order, others between them. A string is a whole line, a pattern a part of one.
 * Returns the tree.
 */
export async function reads(page, wanted) {
  const lines = await tree(page);
  let from = 0;
  for (const want of wanted) {
    const fits = (one) => (want instanceof RegExp ? want.test(one) : one === want);
    const at = lines.findIndex((one, index) => index >= from && fits(one));
    assert.notEqual(at, -1, `${page.url()} does not read ${want} after line ${from} of:\n${lines.join('\n')}`);
    from = at + 1;
  }
  return lines;
}

/** Asserts what each page's tree has: one main region, one first heading, landmarks, and a name for all that can be worked with. */
export async function sound(page) {
  const lines = await tree(page);
  const count = (pattern) => lines.filter((one) => pattern.test(one)).length;
  assert.equal(count(/^main /), 1, `${page.url()}: one main region:\n${lines.join('\n')}`);
  assert.ok(count(/^heading "."?/) >= 1, `${page.url()}: a heading`);
  const unnamed = lines.filter((one) => /^(button|link|textbox|radio|checkbox|combobox|spinbutton) ""/.test(one));
  assert.deepEqual(unnamed, [], `${page.url()}: everything that can be worked with has a name`);
  return lines;
}
