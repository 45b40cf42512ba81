import { serveHttps } from '../pki/self-signed.ts';
import type { Call, Command } from './command.ts';

/** The HTTPS server: switched on, it makes itself a certificate where it has none. */
export const SECURE_SERVER_COMMANDS: readonly Command[] = [
  {
    syntax: 'ip http secure-server',
    no: 'ip http secure-server',
    help: 'Enable HTTP secure server',
    run: setServer,
  },
  {
    syntax: 'ip http secure-trustpoint <name:WORD>',
    no: 'ip http secure-trustpoint [<name:WORD>]',
    help: 'Set http secure server certificate trustpoint',
    run: setTrustpoint,
  },
];

async function setServer({ router, session, text, negated }: Call): Promise<undefined> {
  router.config.set('http', 'ip http secure-server', text);
  const isKnown = !router.personality.lacks.includes('self-signed');
  if (!negated && isKnown) await serveHttps(router, session);
  return undefined;
}

/** Whether the trustpoint has to be there is not known from captures. */
function setTrustpoint({ router, text, negated }: Call): undefined {
  if (negated) router.config.remove('ip http secure-trustpoint');
  else router.config.set('http', 'ip http secure-trustpoint', text);
  return undefined;
}
