import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CaLookup } from '../../src/enrollment/ca-lookup.ts';
import { LabCa } from '../../src/lab/ca/lab-ca.ts';

const signal = new AbortController().signal;

describe('CaLookup', () => {
  let asked: string[] = [];
  const dumb = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(404).end();
  });
  let url = '';

  beforeAll(async () => {
    await new Promise<void>((resolve) => dumb.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(dumb.address() as AddressInfo).port}/certsrv/mscep/mscep.dll`;
  });
  afterAll(() => new Promise((resolve) => dumb.close(resolve)));

  it('sees every certificate that the CA shows, by the URL that a router would make of it', async () => {
    await using ca = await LabCa.start({ profile: 'ndes' });
    const seen = await new CaLookup().certificates(ca.enrollmentUrl, 'BRANCH', signal, { isNeeded: false });
    const certificates = 'certificates' in seen ? seen.certificates.map((der) => Buffer.from(der)) : [];
    expect(certificates).toHaveLength(3);
    expect(certificates).toContainEqual(Buffer.from(ca.authority.ca.certificate));
  });

  it('asks a CA that it could not see again only for a device that depends on it', async () => {
    asked = [];
    const lookup = new CaLookup();
    for (const isNeeded of [false, false, true, false]) {
      const seen = await lookup.certificates(url, 'BRANCH', signal, { isNeeded });
      expect(seen).toMatchObject({ unseen: { message: 'the CA answered with HTTP status 404' } });
    }
    expect(asked).toEqual([
      '/certsrv/mscep/mscep.dll/pkiclient.exe?operation=GetCACert&message=BRANCH',
      '/certsrv/mscep/mscep.dll/pkiclient.exe?operation=GetCACert&message=BRANCH',
    ]);
  });

  it('does not take a run that was stopped for a CA that cannot be seen', async () => {
    const stop = AbortSignal.abort(new Error('stopped'));
    const lookup = new CaLookup();
    await expect(lookup.certificates(url, 'BRANCH', stop, { isNeeded: false })).rejects.toThrow('stopped');
    asked = [];
    await lookup.certificates(url, 'BRANCH', signal, { isNeeded: false });
    expect(asked).toHaveLength(1);
  });
});
