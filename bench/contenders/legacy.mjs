// Modern sessions at work, and old routers that log in beside them: says how late the event loop and the sessions are.
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import PQueue from 'p-queue';
import { connectSsh } from '../../dist/dialogue/ssh-transport.js';
import { loadInventory, openSecrets } from '../../dist/index.js';
import { openSession } from '../../dist/ios/session.js';

const PAUSE_MS = 500;
const { modern, legacy, seconds } = JSON.parse(readFileSync(0, 'utf8'));
const [workers, old] = await Promise.all([devicesOf(modern), legacy === undefined ? [] : devicesOf(legacy)]);

const queue = new PQueue({ concurrency: 20 });
const sessions = await Promise.all(workers.map((device) => queue.add(() => open(device, 'modern'))));
const delay = monitorEventLoopDelay({ resolution: 1 });
const latencies = [];
let isOver = false;
delay.enable();
const startedAt = performance.now();
const working = sessions.map(async (session, index) => {
  await pause((PAUSE_MS * index) / sessions.length);
  while (!isOver) {
    const before = performance.now();
    await session.show('show clock');
    latencies.push(performance.now() - before);
    await pause(PAUSE_MS);
  }
});
const logins = old.map((device) => queue.add(async () => (await open(device, 'legacy')).close()));
await Promise.all([Promise.all(logins), pause(seconds * 1000)]);
const lasted = performance.now() - startedAt;
delay.disable();
isOver = true;
await Promise.all(working);
latencies.sort((one, other) => one - other);
const middle = latencies[Math.floor(latencies.length / 2)];
console.log(JSON.stringify({ p99: delay.percentile(99) / 1e6, max: delay.max / 1e6, middle, lasted }));
process.exit();

async function devicesOf(inventory) {
  const { devices } = await loadInventory(inventory);
  await openSecrets(devices, { env: process.env, ask: () => Promise.reject(new Error('nothing is asked')) });
  return devices;
}

async function open(device, algorithms) {
  const { ssh, host, port, timeouts } = device;
  const { enable: _, ...login } = ssh;
  const options = { ...login, host, port, algorithms, acceptNewHostKeys: false };
  const transport = await connectSsh({
    ...options,
    connectTimeoutMs: timeouts.connect,
    loginTimeoutMs: timeouts.login,
  });
  return openSession({ device, transport });
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
