import { readFile } from 'node:fs/promises';
import path from 'node:path';
import ssh2 from 'ssh2';
import type { LabFleet } from './lab-fleet.ts';

/** Logs in with an SSH client of its own, as a person with a clipboard would, pastes the lines and says exit. */
export async function typeByHand(
  { dir, router }: LabFleet,
  name: string,
  lines: readonly string[],
): Promise<void> {
  const password = (await readFile(path.join(dir, 'secrets', 'login'), 'utf8')).trimEnd();
  await new Promise<void>((resolve, reject) => {
    const client = new ssh2.Client();
    client.once('error', reject);
    client.once('ready', () => {
      client.shell((problem, shell) => {
        if (problem !== undefined) return reject(problem);
        shell.resume();
        shell.once('close', () => {
          client.end();
          resolve();
        });
        shell.write([...lines, 'exit', ''].join('\r'));
      });
    });
    client.connect({ host: '127.0.0.1', port: router(name).port, username: 'netops', password });
  });
}
