import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { LabHttpCa } from '../../../src/lab/ca/http-ca.ts';
import { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import { OneRouter, type OneRouterOptions } from '../one-router.ts';

const DOMAIN = 'branch.example.net';

/** A router whose certificate server grants what a certificate of that CA has signed: `grant auto trustpoint VENDOR`. */
function hubThatTrusts(vendor: LabHttpCa): Promise<VirtualRouter> {
  return VirtualRouter.start({
    hostname: 'hub-1',
    domain: DOMAIN,
    release: '15.7',
    users: [{ name: 'netops', password: 'one-login', privilege: 15 }],
    clock: { start: 'system', authoritative: true },
    enrollDelayMs: 5,
    certificateServer: {
      name: 'CS',
      lines: ['issuer-name cn=Hub CA,o=Example', 'hash sha256', 'grant auto trustpoint VENDOR'],
    },
    preset: [{ trustpoint: 'VENDOR', lines: ['revocation-check none'], ca: vendor.authority.ca.certificate }],
  });
}

/** A router that has, or gets, a certificate of the vendor's CA and asks the hub for another one. */
function branchOf(hub: VirtualRouter, vendor: LabHttpCa, more: OneRouterOptions = {}): Promise<OneRouter> {
  const { caCertificate = new Uint8Array() } = hub.certificateServer('CS');
  return OneRouter.start({
    release: '15.7',
    authority: { fingerprint: `SHA1:${createHash('sha1').update(caCertificate).digest('hex')}` },
    beside: {
      authorities: { vendor: { fingerprint: vendor.authority.pins.filter((pin) => pin.startsWith('SHA1')) } },
      trustpoints: {
        VENDOR: {
          authority: 'vendor',
          subject: 'CN={{fqdn}},O=Example',
          revocationCheck: ['none'],
          method: {
            profile: {
              authentication: { url: vendor.url, command: 'GET /certs/cacert.der' },
              enrollment: { url: vendor.enrollmentUrl, command: 'POST pkcs10Request=$REQ' },
            },
          },
        },
      },
    },
    ...more,
    trustpoint: {
      method: {
        profile: {
          name: 'HUB',
          authentication: { url: hub.serverUrl },
          enrollment: { url: hub.serverUrl },
          credential: 'VENDOR',
        },
      },
      grant: { timeout: '5s' },
      ...more.trustpoint,
    },
  });
}

describe('a request that another certificate of the router signs', () => {
  it('is granted at once by a Cisco CA that trusts the other one’s, without a challenge', async () => {
    await using vendor = await LabHttpCa.start();
    await using hub = await hubThatTrusts(vendor);
    await using one = await branchOf(hub, vendor);
    const first = await one.enroll();
    expect([first.error, first.outcome]).toEqual([undefined, 'verified']);
    expect([...one.held.keys()].sort()).toEqual(['BRANCH', 'VENDOR']);
    expect(one.router.state.running).toContain(' enrollment credential VENDOR');
    expect(hub.certificateServer('CS').requests.all).toMatchObject([{ state: 'granted' }]);
    expect(one.typed.filter((line) => line.startsWith('crypto pki enroll'))).toEqual([
      'crypto pki enroll VENDOR',
      'crypto pki enroll BRANCH',
    ]);
    expect((await one.enroll()).outcome).toBe('unchanged');
  });

  it('waits for the operator of one that does not', async () => {
    await using vendor = await LabHttpCa.start();
    await using other = await LabHttpCa.start({ name: 'CN=Another CA,O=Example' });
    await using hub = await hubThatTrusts(other);
    await using one = await branchOf(hub, vendor, { trustpoint: { grant: { timeout: '3s' } } });
    const result = await one.enroll();
    expect([result.error, result.outcome]).toEqual([undefined, 'pending']);
    expect(hub.certificateServer('CS').requests.all).toMatchObject([{ state: 'pending' }]);
  });
});
