import { describe, expect, it } from 'vitest';
import { parseScript, type Step } from '../dialogue/script.ts';
import { authenticating, CHALLENGE, enrolling } from './dialogues/goldens.ts';
import { conversationsOnly, SPLITS } from './router.ts';

const SHA1 = { hash: 'SHA1', hex: 'C7478143D52497B4732A26C5E9F0A995B6E35101' } as const;

const SCRIPT = `\
> crypto pki authenticate BRANCH
< Certificate has the following attributes:
<       Fingerprint SHA1: C7478143 D52497B4 732A26C5 E9F0A995 B6E35101\\s
< 
<_ % Do you accept this certificate? [yes/no]:\\s
> yes
< Trustpoint CA certificate accepted.
<_ R1(config)#
> crypto pki enroll BRANCH
< %
< % Start certificate enrollment ..\\s
< 
<_ Password:\\s
>* ${CHALLENGE}
<_ Re-enter password:\\s
>* ${CHALLENGE}
< 
< % The subject name in the certificate will include: lyon-gw.example.net
<_ % Include the router serial number in the subject name? [yes/no]:\\s
> no
<_ % Include an IP address in the subject name? [no]:\\s
> no
<_ Request certificate from CA? [yes/no]:\\s
> yes
< % Certificate request sent to Certificate Authority
< 
<_ R1(config)#
> no such command at all
<_ R1(config)#
> no such command at all
<_ R1(config)#`;

describe.concurrent.each([
  ['not even a line end', ''],
  ['nothing but the line end', '\r\n'],
])('a router that echoes %s', (_what, echo) => {
  const silent = parseScript(SCRIPT).map((step): Step => (step.kind === 'type' ? { ...step, echo } : step));

  it.each(SPLITS.map((split) => [split] as const))(
    'is enrolled, and a command without a reply ends at its prompt (read as %s)',
    async (split) => {
      const { session, transport } = conversationsOnly(silent, split, { quietMs: 300, reprintMs: 600 });
      expect(await authenticating([SHA1])(session)).toMatchObject({ accepted: true, shown: [SHA1] });
      expect(await enrolling()(session)).toMatchObject({ sent: true, passwordAsked: true });
      const said = { name: 'silence', opening: 'no such command at all', exchanges: [], timeoutMs: 2_000 };
      expect((await session.converse(said, 'configuration')).text.trim()).toBe('');
      expect((await session.converse(said, 'configuration')).text.trim()).toBe('');
      transport.finish();
    },
  );
});
