// The built renderer over a whole fleet; says the CPU seconds that the templates took, and how many lines came of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRenderer, loadInventory } from '../../dist/index.js';

const { inventory, out } = JSON.parse(readFileSync(0, 'utf8'));
const { devices } = await loadInventory(inventory);
const start = process.cpuUsage();
const renderer = createRenderer();
const texts = devices.map((device) => {
  const texts = [];
  for (const { lines } of renderer.render(device).blocks) {
    for (const { parts } of lines) texts.push(parts.length === 1 ? String(parts[0]) : parts.join(''));
  }
  return texts.join('\n');
});
const { user, system } = process.cpuUsage(start);
if (out !== undefined) writeFileSync(out, JSON.stringify(texts));
console.log(JSON.stringify({ cpu: (user + system) / 1e6, lines: texts.join('\n').split('\n').length }));
