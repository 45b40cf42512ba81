import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { TftpEvent } from '../../src/tftp/events.ts';
import { TftpServer } from '../../src/tftp/server.ts';
import { Folder } from './folder.ts';
import { run, succeed } from './program.ts';

/** Three full blocks of 512 bytes and nothing more: the file ends with an empty one. */
const FILE = randomBytes(1536);

async function start() {
  const events: TftpEvent[] = [];
  const server = await TftpServer.start({
    host: '127.0.0.1',
    port: 0,
    onEvent: (event) => events.push(event),
  });
  return { server, events, [Symbol.asyncDispose]: () => server.close() };
}

type Clients = readonly (readonly [
  string,
  (port: number, way: 'get' | 'put', local: string, remote: string) => readonly string[],
])[];
const CLIENTS: Clients = [
  [
    'tftp of tftp-hpa',
    (port, way, local, remote) => {
      const files = way === 'get' ? [remote, local] : [local, remote];
      return ['tftp', '-m', 'binary', '127.0.0.1', String(port), '-c', way, ...files];
    },
  ],
  [
    'curl',
    (port, way, local, remote) => {
      const url = `tftp://127.0.0.1:${port}/${remote}`;
      return [
        'curl',
        '-sS',
        '--tftp-blksize',
        '1024',
        ...(way === 'get' ? ['-o', local, url] : ['-T', local, url]),
      ];
    },
  ],
];

describe.each(CLIENTS)('%s', (_, command) => {
  it('reads what is offered', async () => {
    await using world = await start();
    await using folder = await Folder.make();
    world.server.offer({ device: 'br-1', name: 'br-1.crt', content: FILE });
    const [program = '', ...args] = command(world.server.port, 'get', folder.at('got'), 'br-1.crt');
    await succeed(program, args);
    expect(await folder.read('got')).toEqual(FILE);
  });

  it('writes what is expected', async () => {
    await using world = await start();
    await using folder = await Folder.make();
    const expected = world.server.expect({ device: 'br-1', name: 'br-1.req', mostBytes: 2000 });
    const [program = '', ...args] = command(
      world.server.port,
      'put',
      await folder.write('mine', FILE),
      'br-1.req',
    );
    await succeed(program, args);
    expect(Buffer.from(await expected.arrived)).toEqual(FILE);
  });

  it('is refused another name, and it is told', async () => {
    await using world = await start();
    await using folder = await Folder.make();
    world.server.offer({ device: 'br-1', name: 'br-1.crt', content: FILE });
    const [program = '', ...args] = command(world.server.port, 'get', folder.at('got'), 'br-2.crt');
    const { stdout, stderr } = await run(program, args);
    expect(`${stdout.toString()}${stderr}`).toMatch(/not found|curl: \(68\)/i);
    expect(world.events).toMatchObject([
      { type: 'request-refused', operation: 'read', name: 'br-2.crt', reason: 'unknown-name' },
    ]);
  });
});

it('tftp of tftp-hpa carries text in its own mode', async () => {
  await using world = await start();
  await using folder = await Folder.make();
  const text = 'one\ntwo\r\nthree\rfour\n';
  const expected = world.server.expect({ device: 'br-1', name: 'br-1.req', mostBytes: 2000 });
  const mine = await folder.write('mine', text);
  await succeed('tftp', [
    '-m',
    'ascii',
    '127.0.0.1',
    String(world.server.port),
    '-c',
    'put',
    mine,
    'br-1.req',
  ]);
  expect(Buffer.from(await expected.arrived).toString()).toBe('one\ntwo\r\nthree\rfour\n');
});
