import { describe, expect, it } from 'vitest';

import { LabCa, type LabCaOptions } from '../../../src/lab/ca/lab-ca.ts';
import type { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import { Typist } from './typist.ts';
import { startRouter, until } from './world.ts';

const SILENT = ['serial-number none', 'ip-address none', 'password x', 'rsakeypair TP 1024'];

function startCa(options: Partial<LabCaOptions> = {}): Promise<LabCa> {
  return LabCa.start({ profile: 'generic', challenge: 'x', keyBits: 1024, ...options });
}

function trustpoint(name: string, ca: LabCa, ...lines: readonly string[]): readonly string[] {
  return [`crypto pki trustpoint ${name}`, `enrollment url ${ca.enrollmentUrl}`, ...lines];
}

async function config(router: VirtualRouter): Promise<Typist> {
  const typist = await Typist.login(router);
  await typist.line('terminal width 0');
  await typist.line('configure terminal');
  return typist;
}

async function enroll(typist: Typist): Promise<void> {
  typist.type('crypto pki enroll TP\r');
  await typist.until(/from CA\? \[yes\/no\]: $/);
  await typist.line('yes');
}

describe('a CA below others', () => {
  it.each([true, false])(
    'is validated by its parents, one after the other (with the chain sent: %s)',
    async (sendsChain) => {
      await using ca = await startCa({ tiers: 3, sendsChain });
      const [middle, root] = ca.parents;
      if (middle === undefined || root === undefined) throw new Error('no parents');
      await using router = await startRouter({
        running: [
          ...trustpoint('ROOT', root, `fingerprint ${root.authority.fingerprint('sha1')}`),
          ...trustpoint('MIDDLE', middle, 'chain-validation continue ROOT'),
          ...trustpoint('TP', ca, 'chain-validation continue MIDDLE', ...SILENT),
        ],
      });
      await using typist = await config(router);
      await typist.line('crypto pki authenticate ROOT');
      for (const name of ['MIDDLE', 'TP'])
        expect(await typist.line(`crypto pki authenticate ${name}`)).toMatch(
          /^Certificate has the following attributes:\n {7}Fingerprint MD5: .*\n {6}Fingerprint SHA1: .*\n\nCertificate validated - Signed by existing trustpoint CA certificate\.\nTrustpoint CA certificate accepted\.\n$/,
        );
      await enroll(typist);
      await until(() => router.state.trustpoints.at(-1)?.status === 'Granted');
      expect(router.state.running).toContain(' chain-validation continue MIDDLE\n');
    },
  );

  it('is refused while the parent it names is not authenticated', async () => {
    await using ca = await startCa({ tiers: 2 });
    await using router = await startRouter({
      running: [
        ...trustpoint('ROOT', ca.parents[0] ?? ca),
        ...trustpoint(
          'TP',
          ca,
          `fingerprint ${ca.authority.fingerprint('sha1')}`,
          'chain-validation continue ROOT',
        ),
      ],
    });
    await using typist = await config(router);
    expect(await typist.line('crypto pki authenticate TP')).toContain(
      '% Error in saving certificate: status = FAIL',
    );
    expect(router.state.certificates).toEqual([]);
  });

  it('is taken on its fingerprint where validation stops at it', async () => {
    await using ca = await startCa({ tiers: 2 });
    await using router = await startRouter({
      running: trustpoint(
        'TP',
        ca,
        `fingerprint ${ca.authority.fingerprint('sha1')}`,
        'chain-validation stop',
      ),
    });
    await using typist = await config(router);
    expect(await typist.line('crypto pki authenticate TP')).toContain('Trustpoint CA certificate accepted.');
  });
});

describe('a SCEP connector in front of the CA', () => {
  it('is trusted by its own certificate, and hands out what the CA behind it issues', async () => {
    await using ca = await startCa({ connector: true });
    await using router = await startRouter({ running: trustpoint('TP', ca, ...SILENT) });
    await using typist = await config(router);
    typist.type('crypto pki authenticate TP\r');
    await typist.until(/\[yes\/no\]: $/);
    await typist.line('yes');
    await enroll(typist);
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
    const trusted = router.state.certificates.find(({ kind }) => kind === 'ca')?.der;
    expect(trusted).toEqual(ca.connector?.certificate);
  });
});
