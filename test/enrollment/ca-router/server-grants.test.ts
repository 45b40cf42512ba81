import { describe, expect, it } from 'vitest';
import { Transcript } from '../../../src/dialogue/transcript.ts';
import { DeviceError } from '../../../src/domain/errors.ts';
import type { Fingerprint } from '../../../src/domain/fingerprint.ts';
import type { CaRouter } from '../../../src/enrollment/ca-router/ca-routers.ts';
import { serverGrants } from '../../../src/enrollment/ca-router/server-grants.ts';
import type { Session } from '../../../src/ios/session.ts';

const AT = { device: 'hub-1', server: 'CS' };
const OWN = '2EDBC8C4D25715287AAEDDE616585A93';
const OTHER = '00112233445566778899AABBCCDDEEFF';
const forever = new AbortController().signal;
const md5 = (hex: string): Fingerprint => ({ hash: 'MD5', hex });

function table(rows: { readonly router?: string; readonly subordinate?: string }): string {
  const section = (name: string, text = ''): string =>
    `${name}\nReqID  State      Fingerprint                      SubjectName\n${'-'.repeat(62)}\n${text}\n`;
  return [
    'Enrollment Request Database:\n',
    section('Subordinate CA certificate requests:', rows.subordinate),
    section('RA certificate requests:'),
    section('Router certificates requests:', rows.router),
  ].join('\n');
}

/** Grants with these fingerprints at a server that lists such requests; what was typed there comes back. */
async function grant(listed: string, printed: readonly Fingerprint[]) {
  const typed: string[] = [];
  const session = {
    hostname: 'hub-1',
    ask: async (command: string) => {
      typed.push(command);
      return { text: command.includes('info requests') ? listed : '' };
    },
  } as unknown as Session;
  const router: CaRouter = { session, transcript: new Transcript() };
  const answer = await serverGrants({ use: (_device, _signal, work) => work(router) })
    .grant(AT, printed, forever)
    .catch((thrown: unknown) => (thrown instanceof DeviceError ? thrown : Promise.reject(thrown)));
  return { answer, granted: typed.filter((line) => line.includes(' grant ')) };
}

const row = (id: number, state: string, hex: string): string =>
  `${id}      ${state.padEnd(10)} ${hex} hostname=br-1.example.net`;

describe('granting at a certificate server', () => {
  it('grants the one pending request with the fingerprint that the router printed, by its number', async () => {
    const listed = table({ router: [row(7, 'pending', OTHER), row(6, 'pending', OWN)].join('\n') });
    expect(await grant(listed, [md5(OWN), { hash: 'SHA1', hex: 'AB'.repeat(20) }])).toEqual({
      answer: { kind: 'granted', id: 6 },
      granted: ['crypto pki server CS grant 6'],
    });
  });

  it('grants nothing where no request has it, and tells what is there', async () => {
    const { answer, granted } = await grant(table({ router: row(7, 'pending', OTHER) }), [md5(OWN)]);
    expect(granted).toEqual([]);
    expect(answer).toEqual({
      kind: 'left',
      why: 'certificate server CS of hub-1 has no pending request with the fingerprint that the router printed, MD5 2EDBC8C4 D2571528 7AAEDDE6 16585A93; pending there: 7 (MD5 00112233 44556677 8899AABB CCDDEEFF)',
    });
  });

  it('grants nothing that is not pending any more', async () => {
    const { answer, granted } = await grant(table({ router: row(6, 'rejected', OWN) }), [md5(OWN)]);
    expect(granted).toEqual([]);
    expect(answer).toMatchObject({ kind: 'left', why: expect.stringContaining('none is pending there') });
  });

  it('grants nothing where the router printed no fingerprint, and does not even look', async () => {
    const { answer, granted } = await grant(table({ router: row(6, 'pending', OWN) }), []);
    expect(granted).toEqual([]);
    expect(answer).toEqual({
      kind: 'left',
      why: 'the router printed no fingerprint of its request to compare with',
    });
  });

  it.each([
    [
      'two requests have it',
      { router: [row(7, 'pending', OWN), row(6, 'pending', OWN)].join('\n') },
      [md5(OWN)],
      'certificate server CS of hub-1 holds more than one pending request with that fingerprint: 7 and 6',
    ],
    [
      'it is a request to become a CA',
      { subordinate: row(6, 'pending', OWN) },
      [md5(OWN)],
      'certificate server CS of hub-1 lists request 6 as one of a subordinate-ca, not of a router',
    ],
    [
      'the router printed two',
      { router: row(6, 'pending', OWN) },
      [md5(OWN), md5(OTHER)],
      'the router printed two different MD5 fingerprints',
    ],
  ])('fails and grants nothing when %s', async (_title, rows, printed, message) => {
    const { answer, granted } = await grant(table(rows), printed);
    expect(granted).toEqual([]);
    expect(answer).toMatchObject({ code: 'grant-refused', message });
  });

  it('leaves a request waiting when its server cannot be reached', async () => {
    const grants = serverGrants({
      use: () => Promise.reject(new DeviceError('unreachable', 'no answer from 192.0.2.1')),
    });
    expect(await grants.grant(AT, [md5(OWN)], forever)).toEqual({
      kind: 'left',
      why: 'certificate server CS of hub-1: unreachable: no answer from 192.0.2.1',
    });
  });
});
