import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { formatPem } from '../../src/pki/pem.ts';
import { PaperCa } from '../lab/router/paper-ca.ts';
import { OneRouter, type OneRouterOptions } from './one-router.ts';
import { PaperDesk } from './paper-desk.ts';

const CA_ONLY: OneRouterOptions['trustpoint'] = { method: 'ca-only', subject: undefined, grant: undefined };

it('a CA certificate alone is fetched by the router where its CA speaks SCEP', async () => {
  await using one = await OneRouter.start({ trustpoint: CA_ONLY });
  const first = await one.enroll();
  expect([first.error, first.outcome]).toEqual([undefined, 'verified']);
  expect(one.typed).not.toContain('quit');
  expect((await one.enroll()).outcome).toBe('unchanged');
});

describe('a file with the CA certificate', () => {
  const cases = [
    ['of another CA', 'fingerprint-mismatch', () => new PaperCa().pem],
    ['that was cut off', 'ca-certificate-unusable', (desk: PaperDesk) => desk.ca.pem.slice(0, 300)],
    ['that holds something else', 'ca-certificate-unusable', () => 'no certificate\n'],
  ] as const;

  it.each(cases)('%s ends the device as %s before anything is typed', async (_, code, text) => {
    await using desk = await PaperDesk.open();
    await writeFile(desk.caFile, text(desk));
    await using one = await OneRouter.start({ authority: desk.authority, trustpoint: CA_ONLY });
    expect((await one.enroll()).error?.code).toBe(code);
    expect(one.typed).not.toContain('configure terminal');
  });

  it('with others in it gives the pinned one, and a second run changes nothing', async () => {
    await using desk = await PaperDesk.open();
    await writeFile(desk.caFile, formatPem(new PaperCa('CN=Elder').certificate) + desk.ca.pem);
    await using one = await OneRouter.start({ authority: desk.authority, trustpoint: CA_ONLY });
    expect((await one.enroll()).outcome).toBe('verified');
    const second = await one.enroll();
    expect([second.error, second.outcome]).toEqual([undefined, 'unchanged']);
    expect((await one.renew()).outcome).toBe('unchanged');
  });
});
