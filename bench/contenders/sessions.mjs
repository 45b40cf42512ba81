// Opens many sessions, keeps them open, and says what memory they take, garbage collected.
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import PQueue from 'p-queue';
import { connectSsh } from '../../dist/dialogue/ssh-transport.js';
import { loadInventory, openSecrets } from '../../dist/index.js';
import { openSession } from '../../dist/ios/session.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const { inventory } = JSON.parse(readFileSync(0, 'utf8'));
const { devices } = await loadInventory(inventory);
await openSecrets(devices, { env: process.env, ask: () => Promise.reject(new Error('nothing is asked')) });

const queue = new PQueue({ concurrency: 50 });
// The first one brings modules and code with it.
await open(devices[0]);
collect();
const before = process.memoryUsage();
const sessions = await Promise.all(devices.slice(1).map((device) => queue.add(() => open(device))));
collect();
const after = process.memoryUsage();
const each = (name) => (after[name] - before[name]) / sessions.length / 2 ** 20;
console.log(
  JSON.stringify({
    resident: each('rss'),
    heap: each('heapUsed') + each('external'),
    all: after.rss / 2 ** 20,
  }),
);
process.exit();

async function open(device) {
  const { ssh, host, port, timeouts } = device;
  const { enable: _, ...login } = ssh;
  const options = { ...login, host, port, acceptNewHostKeys: false };
  const transport = await connectSsh({
    ...options,
    connectTimeoutMs: timeouts.connect,
    loginTimeoutMs: timeouts.login,
  });
  const session = await openSession({ device, transport });
  await session.show('show version');
  return session;
}
