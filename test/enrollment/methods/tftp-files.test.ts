import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeviceError } from '../../../src/domain/errors.ts';
import type { TftpMethod, TftpServing } from '../../../src/domain/method.ts';
import { isByFiles, withCaFile } from '../../../src/enrollment/methods/by-files.ts';
import { TftpServers } from '../../../src/enrollment/methods/tftp-files.ts';
import { PlainClient } from '../../tftp/plain-client.ts';
import { freeUdpPort } from '../free-udp-port.ts';
import { CA, DEVICE, TRUSTPOINT } from '../world.ts';

const CONTENT = new Uint8Array([1, 2, 3]);
const methodWith = (server: TftpServing): TftpMethod => ({
  kind: 'tftp',
  host: '192.0.2.9',
  server,
  submit: { kind: 'directory', requests: '/out', answers: '/in' },
});

describe('trustfleet’s own TFTP server', () => {
  it('refuses a client that asks for another name, and the device’s error names it', async () => {
    await using client = await PlainClient.open();
    const port = await freeUdpPort();
    const trustpoint = {
      ...TRUSTPOINT,
      method: methodWith({ kind: 'embedded', address: '127.0.0.1', port }),
    };
    if (!isByFiles(trustpoint)) throw new Error('by files');
    const context = { device: DEVICE, tftp: new TftpServers() };
    const asked = withCaFile(context, trustpoint, CA.der, async ({ files }) => {
      expect(files).toEqual([`${DEVICE.name}.BRANCH.ca`]);
      client.ask(port, 'read', 'startup-config');
      expect((await client.hear()).packet?.type).toBe('error');
      throw new DeviceError('command-refused', 'the router read nothing');
    });
    const error = await asked.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'command-refused' });
    expect((error as DeviceError).detail).toContain('to read “startup-config”: refused, unknown-name');
  });

  it('is one for all devices at an address, and gone with the last of them', async () => {
    const servers = new TftpServers();
    const port = await freeUdpPort();
    const method = methodWith({ kind: 'embedded', address: '127.0.0.1', port });
    const one = await servers.for({ name: 'br-1', host: '192.0.2.1' }, method);
    const other = await servers.for({ name: 'br-2', host: '192.0.2.2' }, method);
    await one.offer('br-1.T.ca', CONTENT);
    await other.offer('br-2.T.ca', CONTENT);
    await one[Symbol.asyncDispose]();
    await using client = await PlainClient.open();
    client.ask(port, 'read', 'br-1.T.ca');
    expect((await client.hear()).packet?.type).toBe('error');
    client.ask(port, 'read', 'br-2.T.ca');
    expect((await client.hear()).packet?.type).toBe('data');
    await other[Symbol.asyncDispose]();
    // The address is free again for another run.
    await using next = await new TftpServers().for({ name: 'br-1', host: '192.0.2.1' }, method);
    expect(next.refused).toEqual([]);
  });

  it('tells an address that it cannot listen at', async () => {
    const port = await freeUdpPort();
    const method = methodWith({ kind: 'embedded', address: '127.0.0.1', port });
    await using taken = await new TftpServers().for(DEVICE, method);
    const error = await new TftpServers().for(DEVICE, method).catch((thrown: unknown) => thrown);
    expect(taken.refused).toEqual([]);
    expect(error).toMatchObject({
      code: 'tftp-failed',
      message: expect.stringContaining('cannot listen at its address'),
    });
  });
});

describe('the directory of an existing TFTP server', () => {
  let directory: string;
  const open = () => new TftpServers().for(DEVICE, methodWith({ kind: 'directory', path: directory }));

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'trustfleet-tftp-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('holds files only while they are asked for, one that is to be written for everybody to write', async () => {
    const files = await open();
    await files.offer('a.ca', CONTENT);
    const arrival = await files.expect('a.req');
    const { mode } = await stat(path.join(directory, 'a.req'));
    expect(mode & 0o777).toBe(0o666);
    await writeFile(path.join(directory, 'a.req'), 'written');
    expect(Buffer.from(await arrival()).toString()).toBe('written');
    expect(new Uint8Array(await readFile(path.join(directory, 'a.ca')))).toEqual(CONTENT);
    await files[Symbol.asyncDispose]();
    expect(await readdir(directory)).toEqual([]);
  });

  it('that the router did not write to is told, and so is one that is not there', async () => {
    const files = await open();
    const arrival = await files.expect('a.req');
    await expect(arrival()).rejects.toMatchObject({ code: 'tftp-failed' });
    await rm(directory, { recursive: true });
    await expect(files.offer('a.ca', CONTENT)).rejects.toMatchObject({ code: 'tftp-failed' });
    await files[Symbol.asyncDispose]();
  });
});
