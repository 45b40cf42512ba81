import { describe, expect, it } from 'vitest';
import { DeviceError } from '../../src/domain/errors.ts';
import type { Authority } from '../../src/domain/trustpoint.ts';
import { explainAnswer, refusedForLength } from '../../src/enrollment/unanswered.ts';
import { LabCa } from '../../src/lab/ca/lab-ca.ts';

const forever = new AbortController().signal;
const authority = (url: string): Authority => ({
  name: 'ca',
  scep: { url, ra: false },
  fingerprints: [],
  challenge: { kind: 'none' },
  renewalChallenge: false,
});
const start = (maxQuery?: number) =>
  LabCa.start({
    profile: 'generic',
    challenge: 'x',
    keyBits: 1024,
    ...(maxQuery === undefined ? {} : { maxQuery }),
  });

describe('why a request was not answered', () => {
  it('is its length where the web server takes no query as long', async () => {
    await using ca = await start(1_500);
    expect(await refusedForLength('m', 'd', authority(ca.enrollmentUrl), forever)).toMatchObject({
      code: 'request-unanswered',
      message: 'm',
      detail: expect.stringContaining('HTTP 404 to a query of 4500 characters'),
    });
  });

  it('is not its length where a long query is answered as a short one, or there is nobody', async () => {
    await using ca = await start();
    expect(await refusedForLength('m', '', authority(ca.enrollmentUrl), forever)).toBeUndefined();
    expect(
      await refusedForLength('m', '', authority(`${ca.enrollmentUrl}/elsewhere`), forever),
    ).toBeUndefined();
    expect(await refusedForLength('m', '', authority('http://127.0.0.1:1/scep'), forever)).toBeUndefined();
  });

  it('is looked for in the event log of an NDES', async () => {
    const ndes = authority('http://127.0.0.1:1/certsrv/mscep/mscep.dll');
    const error = (code: 'request-rejected' | 'request-unanswered') => new DeviceError(code, 'BRANCH: no');
    expect((await explainAnswer(error('request-rejected'), ndes, forever)).detail).toContain('event 29');
    expect((await explainAnswer(error('request-unanswered'), ndes, forever)).detail).toContain('event 31');
    const other = error('request-rejected');
    expect((await explainAnswer(other, authority('http://127.0.0.1:1/scep'), forever)).detail).toBe('');
  });
});
