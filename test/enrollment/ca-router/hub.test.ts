import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { LabCa } from '../../../src/lab/ca/lab-ca.ts';
import { Hub } from './hub.ts';

const SERVER = { device: 'hub-1', server: 'CS' };

describe('a certificate server on a router, as a source of passwords', () => {
  it('gives one password after the other, over one login, and no transcript shows any', async () => {
    await using world = await Hub.start({
      branches: 2,
      authority: { challenge: { 'ios-cs': { ...SERVER, minutes: 30 } } },
    });
    const results = await world.enroll();
    expect(results.map(({ outcome, error }) => error?.message ?? outcome)).toEqual(['verified', 'verified']);
    expect(world.typedAtHub).toEqual([
      'crypto pki server CS password generate 30',
      'crypto pki server CS password generate 30',
    ]);
    expect(world.hub.certificateServer('CS').requests.all.map(({ state }) => state)).toEqual([
      'granted',
      'granted',
    ]);
    await world.leave();
    const heard = await world.transcript('hub-1.certificate-server');
    expect(heard.match(/password generate 30/g)).toHaveLength(2);
    expect(heard).toContain('[redacted]');
    for (const text of [heard, await world.transcript('br-1'), await world.transcript('br-2')])
      expect(text).not.toMatch(/\b[0-9A-F]{16}\b/);
  });

  it('is logged in to once when it refuses the password, for all routers', async () => {
    await using world = await Hub.start({
      branches: 2,
      hubPassword: 'wrong',
      authority: { challenge: { 'ios-cs': SERVER } },
    });
    const results = await world.enroll();
    expect(results.map(({ error }) => error?.code)).toEqual([
      'challenge-unavailable',
      'challenge-unavailable',
    ]);
    expect(results[0]?.error?.message).toContain('login-refused');
    await world.leave();
    const tries = (await readdir(world.dir)).filter((name) => name.startsWith('hub-1.'));
    expect(tries).toEqual(['hub-1.certificate-server.txt']);
  });
});

describe('a certificate server on a router, whose requests are granted one by one', () => {
  it('has the request granted whose fingerprint the branch printed, and leaves the others', async () => {
    await using world = await Hub.start({ authority: { grant: { 'ios-cs': SERVER } } });
    const [result] = await world.enroll();
    expect(result?.error?.message ?? result?.outcome).toBe('verified');
    expect(world.typedAtHub).toEqual(['crypto pki server CS info requests', 'crypto pki server CS grant 1']);
    const note = result?.steps.find(({ step }) => step === 'await-grant')?.note;
    expect(note).toMatch(/granted as request 1 by certificate server CS of hub-1: its fingerprint MD5 /);
  });

  it('has it granted by a registration authority, too, and verified up to the CA behind that', async () => {
    await using ca = await LabCa.start({ profile: 'generic', challenge: 'x', keyBits: 2048 });
    await using world = await Hub.start({ behind: ca, authority: { grant: { 'ios-cs': SERVER } } });
    const [result] = await world.enroll();
    expect(result?.error?.detail ?? result?.outcome).toBe('verified');
    expect(world.typedAtHub).toEqual(['crypto pki server CS info requests', 'crypto pki server CS grant 1']);
    expect(world.branches[0]?.state.certificates.map(({ kind }) => kind)).toEqual(['identity', 'ca', 'ra']);
  });
});
