import type { Call, Command } from './command.ts';

/** `crypto ikev2 profile`: which identity and which trustpoint a tunnel uses (FlexVPN and IKEv2 configuration guide). */
export const IKEV2_PROFILE_ENTRY_COMMANDS: readonly Command[] = [
  {
    syntax: 'crypto ikev2 profile <name:WORD>',
    no: 'crypto ikev2 profile <name:WORD>',
    help: 'Define an IKEv2 profile',
    needs: 'ikev2',
    run: enterProfile,
  },
];

/** Lines below it. */
export const IKEV2_PROFILE_COMMANDS: readonly Command[] = [
  single('match identity remote <who:LINE>', 'match identity remote', 'Match the identity of the peer'),
  single('identity local <who:LINE>', 'identity local', 'Specify the local IKE identity'),
  single('authentication local <method:WORD>', 'authentication local', 'Set the local authentication method'),
  single('authentication remote <method:WORD>', 'authentication remote', 'Set the remote authentication'),
  {
    syntax: 'pki trustpoint <name:WORD> [{sign|verify}]',
    no: 'pki trustpoint <name:WORD> [{sign|verify}]',
    help: 'Specify the trustpoint to use with certificates',
    run: setTrustpoint,
  },
];

function enterProfile({ router, session, args, negated }: Call): undefined {
  const { name = '' } = args;
  const { ikev2Profiles } = router.config;
  if (negated) {
    ikev2Profiles.delete(name);
    return undefined;
  }
  if (!ikev2Profiles.has(name)) ikev2Profiles.set(name, new Map());
  session.enter('ikev2-profile', name);
  return undefined;
}

function single(syntax: string, key: string, help: string): Command {
  return {
    syntax,
    no: `${key} [<rest:LINE>]`,
    help,
    run: ({ router, session, text, negated }) => {
      const profile = router.config.ikev2Profiles.get(session.mode.subject);
      if (negated) profile?.delete(key);
      else profile?.set(key, text);
      return undefined;
    },
  };
}

/** A profile may have several, each with its own line. */
function setTrustpoint({ router, session, args, text, negated }: Call): undefined {
  const profile = router.config.ikev2Profiles.get(session.mode.subject);
  const key = `pki trustpoint ${args.name ?? ''}`;
  if (negated) profile?.delete(key);
  else profile?.set(key, text);
  return undefined;
}
