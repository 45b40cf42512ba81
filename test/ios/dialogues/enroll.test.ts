import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeviceError } from '../../../src/domain/errors.ts';
import { type EnrollOptions, enroll } from '../../../src/ios/dialogues/enroll.ts';
import { loadScript, parseScript, type Step } from '../../dialogue/script.ts';
import type { Split } from '../../dialogue/scripted-transport.ts';
import { conversationsOnly, deviceError, secret } from '../router.ts';

const CHALLENGE = secret('7C1F0A55E2D94B38');
const OPTIONS: EnrollOptions = {
  trustpoint: 'T',
  acquirePassword: () => Promise.resolve(CHALLENGE),
  serialNumber: false,
  ipAddress: 'none',
  reenroll: false,
  timeoutMs: 500,
};

function enrolling(
  script: string | readonly Step[],
  options: Partial<EnrollOptions> = {},
  split: Split = 'whole',
) {
  const steps = typeof script === 'string' ? parseScript(`> crypto pki enroll T\n${script}`) : script;
  const { session, transport } = conversationsOnly(steps, split);
  return { transport, result: enroll(session, { ...OPTIONS, ...options }) };
}

/** The golden's conversation at R1, without the session around it. */
function conversation(name: string): Step[] {
  const steps = loadScript(name);
  const isTyped = (step: Step, text: string): boolean => step.kind === 'type' && step.text.startsWith(text);
  const from = steps.findIndex((step) => isTyped(step, 'crypto pki enroll'));
  const to = steps.findIndex((step) => isTyped(step, 'end'));
  return steps
    .slice(from, to)
    .map((step) =>
      step.kind === 'hear' ? { ...step, text: step.text.replace(/^[\w-]+\(config\)#/, 'R1(config)#') } : step,
    );
}

const PASSWORDS = '<_ Password:\\s\n>* 7C1F0A55E2D94B38\n<_ Re-enter password:\\s\n>* 7C1F0A55E2D94B38\n';
const REQUEST = '<_ Request certificate from CA? [yes/no]:\\s\n> yes\n';
const SENT = '< % Certificate request sent to Certificate Authority\n<_ R1(config)#';

describe('crypto pki enroll', () => {
  it.each([
    ['ios-15-enroll', { trustpoint: 'BRANCH', serialNumber: true }],
    ['ios-17-enroll-log-between-passwords', { trustpoint: 'BRUME', ipAddress: '192.0.2.14' }],
  ])('types the same bytes however the golden %s is split', async (name, options) => {
    const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 60 }));
    await fc.assert(
      fc.asyncProperty(sizes, async (stream) => {
        const { transport, result } = enrolling(conversation(name), options, () =>
          Number(stream.next().value),
        );
        expect(await result).toMatchObject({ sent: true, passwordAsked: true });
        transport.finish();
      }),
      { numRuns: 25 },
    );
  });

  it('types the same challenge again when the router asks twice, and gives up the third time', async () => {
    const twice = enrolling(`${PASSWORDS}${PASSWORDS}${REQUEST}${SENT}`);
    expect(await twice.result).toMatchObject({ sent: true });
    twice.transport.finish();
    const thrice = enrolling(`${PASSWORDS}${PASSWORDS}<_ Password:\\s\n>^ \\x03\n<_ R1(config)#`);
    expect((await deviceError(thrice.result)).code).toBe('unexpected-question');
    thrice.transport.finish();
  });

  it('types two empty lines when the CA wants no challenge', async () => {
    const script = `<_ Password:\\s\n>*\n<_ Re-enter password:\\s\n>*\n${REQUEST}${SENT}`;
    const { transport, result } = enrolling(script, { acquirePassword: () => Promise.resolve(undefined) });
    expect(await result).toEqual({ sent: true, requestFingerprints: [], passwordAsked: true });
    transport.finish();
  });

  it('never asks for a challenge that the router does not want', async () => {
    const acquirePassword = (): never => {
      throw new Error('nobody asked');
    };
    const { result } = enrolling(`${REQUEST}${SENT}`, { acquirePassword });
    expect(await result).toMatchObject({ passwordAsked: false });
  });

  it('leaves the dialogue when there is no challenge to be had', async () => {
    const { transport, result } = enrolling('<_ Password:\\s\n>^ \\x03\n<_ R1(config)#', {
      acquirePassword: () => Promise.reject(new DeviceError('challenge-unavailable', 'NDES is full')),
    });
    expect((await deviceError(result)).code).toBe('challenge-unavailable');
    transport.finish();
  });

  it.each([
    ['a question of another enrollment method', 'Display Certificate Request to terminal? [yes/no]:'],
    ['EST', 'Using EST to request certificate from CA? [yes/no]'],
    ['a self-signed certificate', 'Generate Self Signed Router Certificate? [yes/no]:'],
    ['a file system', 'Send Certificate Request to file system? [yes/no]'],
    [
      'an offer to replace the HTTPS certificate',
      'Do you want to continue generating a new Self Signed Certificate? [yes/no]:',
    ],
    ['an address nobody planned', 'Enter Interface name or IP Address[]:'],
    ['a certificate that exists, in other words', 'You already have a certificate. Continue? [yes/no]:'],
    ['the second half of a challenge without the first', 'Re-enter password:'],
  ])('does not answer %s', async (_what, question) => {
    const { transport, result } = enrolling(`<_ ${question}\n>^ \\x03\n<_ R1(config)#`);
    expect((await deviceError(result)).code).toBe('unexpected-question');
    transport.finish();
  });

  it.each([
    ['% You must authenticate the Certificate Authority before you can enroll with it.', 'command-refused'],
    ["% Certificate Authority (trustpoint) 'T' is unknown", 'command-refused'],
    ['Nothing happened.', 'output-unreadable'],
  ])('that ends in %j fails as %s', async (line, code) => {
    expect((await deviceError(enrolling(`< ${line}\n<_ R1(config)#`).result)).code).toBe(code);
  });

  it('says that nothing was sent when the router does not say so', async () => {
    const { result } = enrolling(`${REQUEST}<_ R1(config)#`);
    expect(await result).toMatchObject({ sent: false });
  });

  it('reads the fingerprint that 12.2 prints', async () => {
    const { result } = enrolling(
      `${REQUEST}< % Certificate request sent to Certificate Authority\n<  Fingerprint: 261DD46D B43FB258 E69E58CA 991B03D1 \n<_ R1(config)#`,
    );
    expect((await result).requestFingerprints).toEqual([
      { hash: 'MD5', hex: '261DD46DB43FB258E69E58CA991B03D1' },
    ]);
  });
});
