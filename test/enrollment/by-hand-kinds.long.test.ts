import { rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { OneRouter, type OneRouterOptions } from './one-router.ts';
import { PaperDesk } from './paper-desk.ts';

const ANY_TIME = { kind: 'percent-of-life-left', percent: 100 } as const;

async function started(
  desk: PaperDesk,
  more: Readonly<Record<string, unknown>> = {},
  options: OneRouterOptions = {},
): Promise<OneRouter> {
  return OneRouter.start({
    authority: desk.authority,
    trustpoint: { method: { terminal: { submit: desk.submit } }, grant: { timeout: '0s' }, ...more },
    ...options,
  });
}

const imports = (typed: readonly string[]): number =>
  typed.filter((line) => line === 'crypto pki import BRANCH certificate').length;

describe('cut and paste', () => {
  it('with usage keys brings two certificates, both at once', async () => {
    await using desk = await PaperDesk.open();
    await using one = await started(desk, { key: { usageKeys: true } });
    expect((await one.enroll()).outcome).toBe('pending');
    const names = [...(await desk.asked()).keys()].sort();
    expect(names).toEqual(['br-0001.BRANCH-encr.req', 'br-0001.BRANCH-sign.req']);
    await desk.signAll();
    const second = await one.enroll();
    expect([second.error, second.outcome, second.certificates.length]).toEqual([undefined, 'verified', 2]);
    expect(imports(one.typed)).toBe(2);
    expect((await one.enroll()).outcome).toBe('unchanged');
  });

  it.each(['12.2', '12.4', '15.2', '17.9', '17.16'] as const)('works with release %s', async (release) => {
    await using desk = await PaperDesk.open();
    await using one = await started(desk, {}, { release });
    expect((await one.enroll()).outcome).toBe('pending');
    await desk.signAll();
    const second = await one.enroll();
    expect([second.error, second.outcome]).toEqual([undefined, 'verified']);
  });

  it('brings a certificate on a curve', async () => {
    await using desk = await PaperDesk.open();
    await using one = await started(desk, { key: { type: 'ec', size: 256 } }, { release: '17.9' });
    expect((await one.enroll()).outcome).toBe('pending');
    await desk.signAll();
    const second = await one.enroll();
    expect([second.error, second.outcome]).toEqual([undefined, 'verified']);
    expect(second.certificates[0]?.key).toBe('ec 256');
  });

  it('takes the certificate that came for the router’s key, though nobody has the request any more', async () => {
    await using desk = await PaperDesk.open();
    await using one = await started(desk);
    await one.enroll();
    await desk.signAll();
    await rm(path.join(desk.requests, 'br-0001.BRANCH.req'));
    const before = one.typed.length;
    expect((await one.enroll()).outcome).toBe('verified');
    expect(one.typed.slice(before)).not.toContain('crypto pki enroll BRANCH');
  });

  it('is renewed with the same key, by a new request', async () => {
    await using desk = await PaperDesk.open();
    await using one = await started(desk);
    await one.enroll();
    await desk.signAll();
    const [first] = (await one.enroll()).certificates;
    const asked = await one.renew(ANY_TIME);
    expect([asked.error, asked.outcome]).toEqual([undefined, 'pending']);
    // What is pending stays so, and nothing is typed.
    expect((await one.renew(ANY_TIME)).outcome).toBe('pending');
    await desk.signAll();
    const renewed = await one.renew(ANY_TIME);
    expect([renewed.error, renewed.outcome]).toEqual([undefined, 'verified']);
    expect(renewed.certificates[0]?.serial).not.toBe(first?.serial);
  });
});
