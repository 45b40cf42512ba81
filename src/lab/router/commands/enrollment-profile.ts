import { parsePlace } from '../file-system.ts';
import { type Call, type Command, InvalidArgument, Refusal } from './command.ts';

/** `crypto pki profile enrollment`: how to reach a CA that speaks no SCEP (IOS security command reference). */
export const PROFILE_ENTRY_COMMANDS: readonly Command[] = [
  {
    syntax: 'crypto {pki|ca} profile enrollment <name:WORD>',
    no: 'crypto {pki|ca} profile enrollment <name:WORD>',
    help: 'Define an enrollment profile',
    needs: 'enrollment profile',
    run: enterProfile,
  },
];

/** Lines below it. Of each task the URL and the terminal exclude each other. */
export const PROFILE_COMMANDS: readonly Command[] = [
  ...['authentication', 'enrollment', 'reenrollment'].flatMap((task) => [
    line(`${task} url <url:WORD>`, `${task} url`, 'URL of the CA server', `${task} terminal`),
    line(`${task} terminal`, `${task} terminal`, 'Enroll via the terminal (cut-and-paste)', `${task} url`),
    line(`${task} command <command:LINE>`, `${task} command`, 'HTTP command sent to the CA server'),
  ]),
  line('enrollment credential <trustpoint:WORD>', 'enrollment credential', 'Trustpoint to sign with'),
  ...Array.from({ length: 8 }, (_, index) => index + 1).flatMap((number) => [
    line(`parameter ${number} value <value:LINE>`, `parameter ${number}`, 'Value of a parameter'),
    line(`parameter ${number} prompt <text:LINE>`, `parameter ${number}`, 'Prompt for a parameter'),
  ]),
];

function enterProfile({ router, session, args, negated }: Call): undefined {
  const { name = '' } = args;
  const { enrollmentProfiles } = router.config;
  if (!negated) {
    if (!enrollmentProfiles.has(name)) enrollmentProfiles.set(name, new Map());
    session.enter('profile', name);
  } else if (!enrollmentProfiles.delete(name)) throw new Refusal("Can't find profile");
  return undefined;
}

function line(syntax: string, key: string, help: string, instead?: string): Command {
  return {
    syntax,
    no: `${key} [<rest:LINE>]`,
    help,
    run: ({ router, session, args, text, negated }) => {
      const profile = router.config.enrollmentProfiles.get(session.mode.subject);
      if (negated) profile?.delete(key);
      else {
        if (args.url !== undefined && !/^http:\/\//i.test(args.url) && parsePlace(args.url) === undefined)
          throw new InvalidArgument('url');
        profile?.delete(instead ?? '');
        profile?.set(key, text);
      }
      return undefined;
    },
  };
}
