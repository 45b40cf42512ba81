import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ssh2, { type ParsedKey } from 'ssh2';

/** An SSH agent on a socket of its own that holds these keys; `signs: false` lists them and refuses to sign. */
export async function sshAgent(
  keys: readonly string[],
  { signs = true }: { signs?: boolean } = {},
): Promise<AsyncDisposable & { readonly socket: string }> {
  const held = keys.map(parsed);
  const server = createServer((socket) => {
    const agent = new ssh2.AgentProtocol(false);
    agent.on('identities', (request) => agent.getIdentitiesReply(request, held));
    agent.on('sign', (request, publicKey, data, options) => {
      const key = held.find((one) => one.getPublicSSH().equals((publicKey as ParsedKey).getPublicSSH()));
      if (key === undefined || !signs) agent.failureReply(request);
      else agent.signReply(request, key.sign(data, options.hash));
    });
    socket.on('error', () => undefined);
    socket.pipe(agent).pipe(socket);
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'trustfleet-agent-'));
  const socket = path.join(folder, 'agent.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

function parsed(text: string): ParsedKey {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw key;
  return Array.isArray(key) ? key[0] : key;
}
