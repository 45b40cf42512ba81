import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DialTarget } from '../../../src/lab/router/options.ts';
import { TftpRefusal, TftpTimeout, tftpGet } from '../../../src/lab/router/tftp-client.ts';
import { LabTftpServer } from '../../../src/lab/tftp-server.ts';
import { freeUdpPort } from '../free-udp-port.ts';
import type { OneRouter } from '../one-router.ts';
import { Pkcs12Files } from './pkcs12-files.ts';

const HOST = '127.0.0.1';
const PASSPHRASE = 'one-challenge';

/** A server that is not trustfleet's, with a folder. */
interface Elsewhere extends AsyncDisposable {
  readonly url: string;
  put(name: string, content: Uint8Array): Promise<void>;
}

async function tftp(): Promise<Elsewhere> {
  const directory = await mkdtemp(path.join(tmpdir(), 'trustfleet-elsewhere-'));
  await mkdir(path.join(directory, 'p12'));
  const server = await LabTftpServer.start({ directory });
  return {
    url: `tftp://${HOST}:${server.port}/p12/{{name}}.p12`,
    put: (name, content) => writeFile(path.join(directory, 'p12', name), content),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
  };
}

async function web(): Promise<Elsewhere> {
  const held = new Map<string, Uint8Array>();
  const server = createServer((request, response) => {
    const content = held.get(request.url ?? '');
    response.writeHead(content === undefined ? 404 : 200, { Connection: 'close' }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}/p12/{{name}}.p12`,
    put: async (name, content) => void held.set(`/p12/${name}`, content),
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Does it with transcripts, and gives what they hold. */
async function transcribed(one: OneRouter) {
  const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-transcripts-'));
  try {
    const result = await one.enroll({ transcriptDir: dir });
    const texts = await Promise.all(
      (await readdir(dir)).map((name) => readFile(path.join(dir, name), 'utf8')),
    );
    return { result, transcript: texts.join('\n') };
  } finally {
    await rm(dir, { recursive: true });
  }
}

describe('a PKCS#12 file from trustfleet’s own TFTP server', () => {
  it.each([
    ['15.7', false],
    ['17.9', true],
    ['17.16', true],
  ] as const)(
    'is imported, found again and replaced by a newer one, on %s, asked for its name: %s',
    async (release, fileQuestions) => {
      await using files = await Pkcs12Files.open();
      await files.lay();
      const port = await freeUdpPort();
      const url = `tftp://${HOST}:${port}/{{name}}.p12`;
      await using one = await files.router({ release, fileQuestions }, { url, listen: HOST, port });
      const { result, transcript } = await transcribed(one);
      expect([result.error, result.outcome]).toEqual([undefined, 'verified']);
      const passphrase = one.typed
        .find((line) => line.startsWith('crypto pki import'))
        ?.split(' ')
        .at(-1);
      expect(passphrase).toMatch(/^[0-9a-f]{32}$/);
      expect(transcript).toContain('crypto pki import BRANCH pkcs12 tftp:');
      expect(transcript).not.toContain(passphrase);
      expect([...one.typed, transcript].join('\n')).not.toContain(PASSPHRASE);
      await files.lay({ serial: '0A02', days: 200 });
      const second = await one.enroll();
      expect([second.error, second.certificates]).toMatchObject([undefined, [{ serial: '0A02' }]]);
      expect((await one.enroll()).outcome).toBe('unchanged');
    },
  );

  it('is there under its own name only, and only while the router is told to read it', async () => {
    await using files = await Pkcs12Files.open();
    await files.lay();
    const port = await freeUdpPort();
    const url = `tftp://${HOST}:${port}/{{name}}.p12`;
    const ask = (name: string): Promise<unknown> =>
      tftpGet({ host: HOST, port }, name, { timeoutMs: 50, signal: new AbortController().signal }).catch(
        (thrown: unknown) => thrown,
      );
    let stranger: Promise<unknown> | undefined;
    const dial = () => (target: DialTarget) => {
      if (target.port === port) stranger = ask('br-0002.p12');
      return target;
    };
    await using one = await files.router({ dial }, { url, listen: HOST, port });
    const result = await one.enroll();
    expect([result.error, result.outcome]).toEqual([undefined, 'verified']);
    expect(await stranger).toBeInstanceOf(TftpRefusal);
    expect(await ask('br-0001.p12')).toBeInstanceOf(TftpTimeout);
  });

  it('cannot be handed out at an address that is none of this machine’s: nothing was changed', async () => {
    await using files = await Pkcs12Files.open();
    await files.lay();
    const method = { url: 'tftp://192.0.2.9/{{name}}.p12', listen: '192.0.2.9', port: 6969 };
    await using one = await files.router({}, method);
    const { error } = await one.enroll();
    expect(error?.code).toBe('tftp-failed');
    expect(one.router.state).toMatchObject({ certificates: [], keys: [] });
  });
});

describe.each([
  ['TFTP', tftp],
  ['web', web],
])('a PKCS#12 file of somebody else’s %s server', (_kind, startServer) => {
  it('is read by the router as it is; its passphrase is in no transcript', async () => {
    await using files = await Pkcs12Files.open();
    await using server = await startServer();
    await server.put('br-0001.p12', await files.lay({ encryption: 'legacy' }));
    await using one = await files.router({}, { url: server.url });
    const { result, transcript } = await transcribed(one);
    expect([result.error, result.outcome]).toEqual([undefined, 'verified']);
    expect(transcript).toContain('crypto pki import BRANCH pkcs12');
    expect(transcript).not.toContain(PASSPHRASE);
    expect(JSON.stringify(result)).not.toContain(PASSPHRASE);
    expect((await one.enroll()).outcome).toBe('unchanged');
  });

  it('that the release cannot open is refused before anything is typed', async () => {
    await using files = await Pkcs12Files.open();
    await using server = await startServer();
    await server.put('br-0001.p12', await files.lay({ encryption: 'modern' }));
    await using one = await files.router({ release: '17.9' }, { url: server.url });
    expect((await one.enroll()).error?.code).toBe('pkcs12-unusable');
    expect(one.typed.filter((line) => line.startsWith('crypto pki import'))).toEqual([]);
  });

  it('that is not there is told of, and nothing was changed', async () => {
    await using files = await Pkcs12Files.open();
    await using server = await startServer();
    await files.lay({ encryption: 'legacy' });
    await using one = await files.router({}, { url: server.url });
    const { error } = await one.enroll();
    expect(error?.code).toBe('command-refused');
    expect(error?.detail).toContain('file-not-opened');
    expect(error?.detail).not.toContain(PASSPHRASE);
    expect(one.router.state).toMatchObject({ certificates: [], keys: [] });
  });

  it('that has another passphrase there is told of, and nothing was changed', async () => {
    await using files = await Pkcs12Files.open();
    await using server = await startServer();
    await server.put('br-0001.p12', await files.lay({ encryption: 'legacy', passphrase: 'not-the-one' }));
    await files.lay({ encryption: 'legacy' });
    await using one = await files.router({}, { url: server.url });
    const { error } = await one.enroll();
    expect(error?.code).toBe('command-refused');
    expect(error?.detail).toContain('pkcs12-not-opened');
    expect(one.router.state).toMatchObject({ certificates: [], keys: [] });
  });

  it('that is another one there is told of, and nothing is saved', async () => {
    await using files = await Pkcs12Files.open();
    await using server = await startServer();
    await server.put('br-0001.p12', await files.lay({ encryption: 'legacy', serial: '0B0B' }));
    await files.lay({ encryption: 'legacy' });
    await using one = await files.router({}, { url: server.url });
    const { error } = await one.enroll();
    expect(error?.code).toBe('verification-failed');
    expect(one.router.state.startup).not.toContain('BRANCH');
  });
});
