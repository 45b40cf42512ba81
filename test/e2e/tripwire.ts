import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder with an inventory whose every address, routers' and CA's, leads to one port that counts who connects. */
export interface Tripwire extends AsyncDisposable {
  readonly dir: string;
  /** Connections so far. */
  readonly touched: () => number;
}

/** `change` edits the inventory's text before it is written; undefined writes none. */
export async function setTripwire(
  change: (inventory: string) => string | undefined = (inventory) => inventory,
): Promise<Tripwire> {
  const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-e2e-'));
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const text = change(inventoryFor((server.address() as AddressInfo).port));
  if (text !== undefined) await writeFile(path.join(dir, 'inventory.yaml'), text);
  await writeFile(path.join(dir, 'login'), `${LOGIN}\n`);
  return {
    dir,
    touched: () => connections,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export const LOGIN = 'correct-horse-battery';

const inventoryFor = (port: number): string => `defaults:
  domain: example.net
  ssh: { username: netops, password: { file: ./login } }
  clock: { timezone: UTC, ntp: { servers: [192.0.2.1], keys: [{ id: 1, md5: { file: ./login } }] } }
groups:
  emea: { tags: [pilot] }
authorities:
  branch-ca:
    scep: { url: "http://127.0.0.1:${port}/scep" }
    fingerprint: "SHA1:00112233445566778899AABBCCDDEEFF00112233"
    challenge: none
trustpoints:
  BRANCH:
    authority: branch-ca
    subject: "CN={{fqdn}},O=Example"
devices:
  br-0001: { host: 127.0.0.1, port: ${port}, trustpoints: [BRANCH] }
  br-0002: { host: localhost, port: ${port}, groups: [emea], trustpoints: [BRANCH] }
`;
