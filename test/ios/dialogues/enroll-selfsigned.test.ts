import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EnrollSelfSignedOptions,
  enrollSelfSigned,
} from '../../../src/ios/dialogues/enroll-selfsigned.ts';
import { parseScript } from '../../dialogue/script.ts';
import type { Split } from '../../dialogue/scripted-transport.ts';
import { conversationsOnly, deviceError } from '../router.ts';

const OPTIONS: EnrollSelfSignedOptions = {
  trustpoint: 'local',
  serialNumber: true,
  ipAddress: 'ethernet 0',
  reenroll: false,
  mayReplace: [],
  timeoutMs: 500,
};

function enrolling(script: string, options: Partial<EnrollSelfSignedOptions> = {}, split: Split = 'whole') {
  const { session, transport } = conversationsOnly(
    parseScript(`> crypto pki enroll local\n${script}`),
    split,
  );
  return { transport, result: enrollSelfSigned(session, { ...OPTIONS, ...options }) };
}

const NAMES = `<_ % Include the router serial number in the subject name? [yes/no]:\\s
> yes
<_ % Include an IP address in the subject name? [no]:\\s
> yes
<_ Enter Interface name or IP Address[]:\\s
> ethernet 0
`;
const GENERATE = '<_ Generate Self Signed Router Certificate? [yes/no]:\\s\n> yes\n';
const CREATED = '< Router Self Signed Certificate successfully created\n<_ R1(config)#';
const HELD = `< The router has already generated a Self Signed Certificate for
< trustpoint TP-self-signed-4130127353.
< If you continue the existing trustpoint and Self Signed Certificate
< will be deleted.
`;

describe('crypto pki enroll of a self-signed certificate', () => {
  it('types the same bytes however the published conversation is split', async () => {
    const log = `< Nov 29 20:51:13.067: %SSH-5-ENABLED: SSH 1.99 has been enabled
< Nov 29 20:51:13.267: %CRYPTO-6-AUTOGEN: Generated new 512 bit key pair
`;
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 1, max: 60 })), async (stream) => {
        const sizes = (): number => Number(stream.next().value);
        const { transport, result } = enrolling(`${log}${NAMES}${GENERATE}${CREATED}`, {}, sizes);
        await result;
        transport.finish();
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    'Do you want to continue generating a new Self Signed Certificate? [yes/no]:\\s',
    'Generate Self Signed Router Certificate? [yes/no]:\\s',
    'Continue? [no]:\\s',
  ])('does not let another certificate go at “%s”', async (question) => {
    const { transport, result } = enrolling(`${NAMES}${HELD}<_ ${question}\n> no\n<_ R1(config)#`);
    expect(await deviceError(result)).toMatchObject({
      code: 'plan-conflict',
      message:
        'local: the router would delete the self-signed certificate of trustpoint TP-self-signed-4130127353',
    });
    transport.finish();
  });

  it.each([
    [['TP-self-signed-4130127353'], 'yes'],
    [['TP-self-signed-41'], 'no'],
  ])('where %j may go answers %s', async (mayReplace, answer) => {
    const question = 'Do you want to continue generating a new Self Signed Certificate? [yes/no]:';
    const rest = answer === 'yes' ? `${GENERATE}${CREATED}` : '<_ R1(config)#';
    const { transport, result } = enrolling(`${HELD}<_ ${question}\\s\n> ${answer}\n${rest}`, { mayReplace });
    if (answer === 'yes') await result;
    else expect((await deviceError(result)).code).toBe('plan-conflict');
    transport.finish();
  });

  it.each([
    ['Nothing happened.', 'output-unreadable'],
    ["% Certificate Authority (trustpoint) 'local' is unknown", 'command-refused'],
  ])('that ends in %j fails as %s', async (line, code) => {
    const { result } = enrolling(`< ${line}\n<_ R1(config)#`);
    expect((await deviceError(result)).code).toBe(code);
  });

  it.each(['Request certificate from CA? [yes/no]:', 'Password:'])(
    'does not answer “%s”',
    async (question) => {
      const { result } = enrolling(`<_ ${question}\\s\n>^ \\x03\n<_ R1(config)#`);
      expect((await deviceError(result)).code).toBe('unexpected-question');
    },
  );
});
