import { plainLine } from '../../../src/domain/config-line.ts';
import type { Session } from '../../../src/ios/session.ts';
import type { Step } from '../../dialogue/script.ts';
import { enrolling } from '../dialogues/goldens.ts';
import { opening, secret } from '../router.ts';

/** A session that ends in some way of its own, and how. `act` is given what stands for its secret. */
export interface Ending {
  readonly what: string;
  readonly steps: readonly Step[];
  readonly act: (session: Session, hidden?: string) => Promise<unknown>;
  readonly code: string;
  readonly end: object;
}

const CONFIGURE = '> configure terminal\n<_ R1(config)#\n';
const GOODBYE = '> end\n<_ R1#\n> exit\n!';

export const ENDINGS: readonly Ending[] = [
  {
    what: 'a question that nobody knows',
    steps: opening(
      'R1',
      `${CONFIGURE}> crypto pki enroll BRANCH
< %
< % Start certificate enrollment .. 
<_ Use the hardware key of slot 2? [yes/no]:\\s
>^ \\x03
< 
<_ R1(config)#
${GOODBYE}`,
    ),
    act: enrolling(),
    code: 'unexpected-question',
    end: {
      kind: 'unknown-question',
      question: 'Use the hardware key of slot 2? [yes/no]:',
      command: 'crypto pki enroll BRANCH',
    },
  },
  {
    what: 'a question that cannot be left',
    steps: opening(
      'R1',
      `${CONFIGURE}> crypto pki enroll BRANCH
<_ Use the hardware key of slot 2? [yes/no]:\\s
>^ \\x03`,
    ),
    act: enrolling(),
    code: 'unexpected-question',
    end: { kind: 'unknown-question', question: 'Use the hardware key of slot 2? [yes/no]:' },
  },
  {
    what: 'a refused line with a secret in it',
    steps: opening(
      'R1',
      `${CONFIGURE}> crypto pki trustpoint T
<_ R1(ca-trustpoint)#
>^ enrollment url http://ca.example/\\x16?x=1\\r
< enrollment url http://ca.example/?x=1
<_ R1(ca-trustpoint)#
> pasword hunter2-Secret
<                  ^
< % Invalid input detected at '^' marker.
< 
<_ R1(ca-trustpoint)#
${GOODBYE}`,
    ),
    act: (session, hidden = 'hunter2-Secret') =>
      session.configure([
        plainLine('crypto pki trustpoint T'),
        plainLine('enrollment url http://ca.example/?x=1'),
        { parts: ['pasword ', secret(hidden)] },
      ]),
    code: 'command-refused',
    end: {
      kind: 'refused',
      command: 'pasword <redacted>',
      said: "% Invalid input detected at '^' marker.",
      code: 'invalid-input',
    },
  },
  {
    what: 'a broken connection',
    steps: opening('R1', '> show version\n< Cisco IOS Software\n!'),
    act: (session) => session.show('show version'),
    code: 'connection-lost',
    end: { kind: 'broken', last: 'Cisco IOS Software' },
  },
  {
    what: 'silence',
    steps: opening('R1', '> show tech\n< never ending\n>^ \\x03\n<_ R1#\n> exit\n!'),
    act: (session) => session.show('show tech', { timeoutMs: 200 }),
    code: 'timeout',
    end: { kind: 'left' },
  },
  {
    what: 'log lines glued to prompts',
    steps: opening(
      'R1',
      `> show clock
< *Mar  1 00:00:09.100: %LINK-3-UPDOWN: Interface Gi0/1, changed state to up
< now
<_ R1#
<~ *Mar  1 00:00:09.300: %SYS-5-CONFIG_I: Configured
<~                       by somebody
> exit
!`,
    ),
    act: (session) => session.show('show clock'),
    code: 'result "\\nnow\\n"',
    end: { kind: 'left' },
  },
];
