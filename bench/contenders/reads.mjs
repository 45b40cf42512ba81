// trustfleet's own sessions, from the built library, so many at once; what was read is taken apart by its readers too,
// and host keys are checked, as they always are.
import { readFileSync } from 'node:fs';
import PQueue from 'p-queue';
import { connectSsh } from '../../dist/dialogue/ssh-transport.js';
import { loadInventory } from '../../dist/inventory/load.js';
import { openSecrets } from '../../dist/inventory/secrets.js';
import { openSession } from '../../dist/ios/session.js';
import { readCertificates } from '../../dist/ios/show/certificates.js';
import { readClock } from '../../dist/ios/show/clock.js';
import { readVersion } from '../../dist/ios/show/version.js';
import { compileLate } from '../../dist/run/compile-late.js';

// As the commands that visit fleets begin.
compileLate();
const job = JSON.parse(readFileSync(0, 'utf8'));
const { devices } = await loadInventory(job.inventory);
await openSecrets(devices, { env: process.env, ask: () => Promise.reject(new Error('nothing is asked')) });

const queue = new PQueue({ concurrency: job.concurrency });
const results = await Promise.all(devices.map((device) => queue.add(() => visit(device))));
console.log(JSON.stringify({ good: results.filter(Boolean).length }));
process.exit();

async function visit(device) {
  const { ssh, host, port, timeouts } = device;
  const { enable: _, ...login } = ssh;
  const transport = await connectSsh({
    ...login,
    host,
    port,
    acceptNewHostKeys: false,
    connectTimeoutMs: timeouts.connect,
    loginTimeoutMs: timeouts.login,
  });
  // As DeviceJob opens it: what is read first goes out with what is typed about the terminal.
  const session = await openSession({
    device,
    transport,
    typesAhead: ssh.typeAhead ?? true,
    reads: job.configure === undefined ? job.commands : [],
  });
  try {
    if (job.configure !== undefined) {
      await session.configure(job.configure.map((text) => ({ parts: [text] })));
      return true;
    }
    const outputs = [];
    for (const [index, command] of job.commands.entries()) {
      session.foresee(job.commands.slice(index));
      outputs.push(await session.show(command));
    }
    const [version, clock, certificates] = outputs;
    readVersion(version);
    readClock(clock);
    const text = outputs.join('');
    return readCertificates(certificates).length > 0 && job.expected.every((word) => text.includes(word));
  } finally {
    await session.close();
  }
}
