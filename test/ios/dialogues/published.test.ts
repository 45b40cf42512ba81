import { describe, expect, it } from 'vitest';
import { matchAtEnd } from '../../../src/dialogue/match-at-end.ts';
import { plainLine } from '../../../src/domain/config-line.ts';
import type { Fingerprint } from '../../../src/domain/fingerprint.ts';
import { authenticate } from '../../../src/ios/dialogues/authenticate.ts';
import { generateKeypair } from '../../../src/ios/dialogues/generate-keypair.ts';
import { iosHabits } from '../../../src/ios/habits.ts';
import type { Session } from '../../../src/ios/session.ts';
import { isPkiGranted } from '../../../src/ios/syslog.ts';
import { parseScript } from '../../dialogue/script.ts';
import { conversationsOnly, deviceError, openScripted, SPLITS, scriptedDevice } from '../router.ts';
import { enrolling } from './goldens.ts';

// Conversations that published configuration and deployment guides print, for releases 12.2 to 15.x.

const authenticating = (trustpoint: string, pin: Fingerprint) => (session: Session) =>
  authenticate(session, { trustpoint, pins: [pin], timeoutMs: 5_000 });
const generating = (bits?: number) => (session: Session) =>
  generateKeypair(session, {
    command: plainLine('crypto key generate rsa'),
    label: 'itd-1720-l-b.cisco',
    ...(bits === undefined ? {} : { bits }),
    timeoutMs: 5_000,
  });

/** What is printed behind a prompt may delay our echo: then only 3 s of silence tell that the prompt still stands. */
const PATIENT = scriptedDevice({}, 5_000);

const DRIVEN = [
  {
    name: 'guide-12.2-authenticate',
    act: authenticating('rockies', { hash: 'MD5', hex: '2DCEC066FCABB674BF81BFAF76CD10FA' }),
    result: { accepted: true },
  },
  {
    name: 'guide-12.2-enroll',
    act: enrolling({ trustpoint: 'rockies' }),
    result: { sent: true, passwordAsked: false },
  },
  { name: 'guide-12.2-generate-keypair-sized', act: generating(1024), result: undefined },
  {
    name: 'guide-scep-enroll',
    act: enrolling({ trustpoint: 'nspki' }),
    result: { sent: true, passwordAsked: true },
  },
  {
    name: 'guide-15-configure-https',
    act: (session: Session) => session.configure([plainLine('ip http secure-server')]),
    result: undefined,
  },
] as const;

const STOPPED = [
  {
    name: 'guide-scep-authenticate-unreadable',
    act: authenticating('nspki', { hash: 'SHA1', hex: 'D23209AD23D314232174E40D7F9D62139786633A' }),
    code: 'fingerprint-unreadable',
    says: /XXXXXXXXXXXXX/,
  },
  {
    name: 'guide-15-authenticate-short-md5',
    act: authenticating('mytp', { hash: 'SHA1', hex: 'D23209AD23D314232174E40D7F9D62139786633A' }),
    code: 'fingerprint-unreadable',
    says: /67CB9DC0 13248A82 9BB2171E D11BEC4/,
  },
  {
    name: 'guide-15-authenticate-terminal',
    act: authenticating('TP', { hash: 'MD5', hex: 'D6C12961CD78808A4E02193C0790082A' }),
    code: 'unexpected-question',
    says: /“End with a blank line or the word "quit" on a line by itself”/,
  },
  {
    name: 'guide-15-enroll-terminal',
    act: enrolling({ trustpoint: 'TP' }),
    code: 'unexpected-question',
    says: /Display Certificate Request to terminal/,
  },
  {
    name: 'guide-15-enroll-selfsigned',
    act: enrolling({ trustpoint: 'local', serialNumber: true, ipAddress: 'ethernet 0' }),
    code: 'unexpected-question',
    says: /Generate Self Signed Router Certificate/,
  },
  {
    name: 'guide-12.2-generate-keypair',
    act: generating(),
    code: 'unexpected-question',
    says: /How many bits in the modulus/,
  },
] as const;

describe.concurrent.each(SPLITS.map((split) => [split] as const))(
  'published conversations, read as %s',
  (split) => {
    it.each(DRIVEN)('$name', async ({ name, act, result }) => {
      const { session, transport } = await openScripted(name, { split, device: PATIENT });
      const outcome: unknown = await act(session);
      if (result === undefined) expect(outcome).toBeUndefined();
      else expect(outcome).toMatchObject(result);
      await session.close();
      transport.finish();
    });

    it.each(STOPPED)('$name fails as $code, and types nothing more', async ({ name, act, code, says }) => {
      const { session, transport } = await openScripted(name, { split });
      const error = await deviceError(act(session));
      expect([error.code, error.message]).toEqual([code, expect.stringMatching(says)]);
      await session.close();
      transport.finish();
    });
  },
);

/** Every question that the guides print, whatever the method; `[` alone is a misprint of `[]:`. */
const QUESTIONS = [
  '% Do you accept this certificate? [yes/no]: ',
  '% Include the router serial number in the subject name? [yes/no]: ',
  '% Include an IP address in the subject name? [no]: ',
  'Enter Interface name or IP Address[]: ',
  'Display Certificate Request to terminal? [yes/no]: ',
  'Redisplay enrollment request? [yes/no]: ',
  'Redisplay enrollmt request? [yes/no]: ',
  'Request certificate from CA? [yes/no]: ',
  'Generate Self Signed Router Certificate? [yes/no]: ',
  'Send Certificate Request to file system? [yes/no]',
  'Using EST to request certificate from CA? [yes/no]',
  'How many bits in the modulus [512]: ',
  'Password: ',
  'Re-enter password: ',
  'Address or name of remote host [192.0.2.9]? ',
  'Source filename [mytp.ca]? ',
  'Destination filename [mytp.req]? ',
  '% Do you really want to replace them? [yes/no]: ',
  '% the hierarchy? [yes/no]: ',
  'Do you really want to remove these keys? [yes/no]: ',
  'Are you sure you want to do this? [yes/no]: ',
  'Do you wish to continue? [yes/no]: ',
  'Do you want to continue generating a new Self Signed Certificate? [yes/no]: ',
  'Overwrite the previous NVRAM configuration?[confirm]',
  'Would you like to enter the initial configuration dialog? [yes/no]: ',
  'Protocol [ip]: ',
  'Repeat count [5]: ',
  'Set DF bit in IP header? [no]: ',
  'Data pattern [0xABCD]: ',
  'Loose, Strict, Record, Timestamp, Verbose[none]: ',
];
const PASTE_PROMPTS = [
  'End with a blank line or the word "quit" on a line by itself',
  'End with a blank line or the word "quit" on a line by itself.',
  '% End with a blank line or "quit" on a line by itself.',
  '% End with "quit" on a line by itself.',
];

describe.concurrent('a printed question', () => {
  it.each(QUESTIONS)('is one to us, and gets nothing but Ctrl-C: %s', async (question) => {
    expect(matchAtEnd(iosHabits().looksLikeQuestion, question)).toBeDefined();
    const steps = parseScript(`> some command\n< some output\n<_ ${question}\n>^ \\x03\n<_ R1(config)#`);
    const { session, transport } = conversationsOnly(steps, 'bytes');
    const dialogue = { name: 'any', opening: 'some command', exchanges: [], timeoutMs: 2_000 };
    expect((await deviceError(session.converse(dialogue, 'configuration'))).code).toBe('unexpected-question');
    transport.finish();
  });

  it.each(PASTE_PROMPTS.flatMap((prompt) => [[prompt], [`${prompt}\n< `]]))(
    'for text to paste gets nothing but Ctrl-C: %j',
    async (prompt) => {
      const steps = parseScript(`> some command\n< ${prompt}\n>^ \\x03\n<_ R1(config)#`);
      const { session, transport } = conversationsOnly(steps, 'bytes');
      const dialogue = { name: 'any', opening: 'some command', exchanges: [], timeoutMs: 60_000 };
      const error = await deviceError(session.converse(dialogue, 'configuration'));
      expect([error.code, error.message]).toEqual([
        'unexpected-question',
        expect.stringContaining('"quit" on a line by itself'),
      ]);
      transport.finish();
    },
  );

  it('is none where the router only informs', () => {
    for (const line of [
      '[OK]',
      '[OK - 2814/4096 bytes]',
      '% Generating 512 bit RSA keys ...[OK]',
      'R1#',
      '%',
    ]) {
      expect(matchAtEnd(iosHabits().looksLikeQuestion, line)).toBeUndefined();
    }
  });
});

describe.concurrent('what a router prints by itself', () => {
  it('is read past: an enrollment that 12.2 begins of its own accord, behind the prompt', async () => {
    const steps = parseScript(`> show clock
<~ % Time to Re-enroll trust_point rockies%
<~ 22:29:49: CRYPTO_PKI: All sockets are closed.
< now
<_ R1(config)#`);
    const { session } = conversationsOnly(steps, 'bytes');
    const dialogue = { name: 'x', opening: 'show clock', exchanges: [], timeoutMs: 2_000 };
    expect((await session.converse(dialogue, 'configuration')).text.trim()).toBe('now');
  });

  it('is told apart: granted in the words of every release', () => {
    expect(isPkiGranted('22:31:19: %CRYPTO-6-CERTRET: Certificate received from Certificate Authority')).toBe(
      true,
    );
    expect(isPkiGranted('%PKI-6-CERTRET: Certificate received from Certificate Authority')).toBe(true);
    expect(isPkiGranted('22:31:18: CRYPTO_PKI: status = 102: certificate request pending')).toBe(false);
  });
});
