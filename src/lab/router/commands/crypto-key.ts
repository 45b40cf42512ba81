import type { KeyManners } from '../personality.ts';
import { hexLines } from '../pki/stored-certificate.ts';
import type { Router } from '../router.ts';
import {
  type Call,
  type CliSession,
  type Command,
  InvalidArgument,
  type Outcome,
  Refusal,
} from './command.ts';

export const KEY_COMMANDS: readonly Command[] = [
  {
    syntax:
      'crypto key generate rsa [general-keys] [label <label:WORD>] [exportable] [modulus <bits:1-99999>] [label <label:WORD>] [exportable]',
    help: 'Generate RSA keys',
    needs: 'key label',
    run: generate,
  },
  {
    // The modulus is always asked for.
    syntax: 'crypto key generate rsa [general-keys] [<label:WORD>] [exportable]',
    help: 'Generate RSA keys',
    insteadOf: 'key label',
    run: generate,
  },
  { syntax: 'crypto key zeroize rsa [<label:WORD>]', help: 'Remove RSA keys', run: zeroize },
];

export const SHOW_KEY_COMMANDS: readonly Command[] = [
  {
    syntax: 'show crypto key mypubkey {rsa|all} [<label:WORD>]',
    help: 'Show public keys associated with this router',
    level: 15,
    run: showKeys,
  },
];

async function generate({ router, session, args, words }: Call): Promise<undefined> {
  const rsa = router.personality.keys;
  const { label = defaultLabel(router.config), bits: typed } = args;
  if (typed !== undefined && !inRange(Number(typed), rsa)) throw new InvalidArgument('bits');
  if (router.keys.get(label) === undefined) session.print(`The name for the keys will be: ${label}`);
  else {
    session.print(`% You already have RSA keys defined named ${label}.`);
    // With `modulus` the old key is replaced without a question, and what was certified for it is worthless.
    if (typed !== undefined) session.print('% They will be replaced.');
    else if (!(await session.yesNo('% Do you really want to replace them? [yes/no]: '))) return undefined;
  }
  const bits = typed === undefined ? await askBits({ session, rsa }) : Number(typed);
  if (typed !== undefined) session.print(`\n% The key modulus size is ${bits} bits`);
  const exportable = words.includes('exportable');
  await make(router, session, { label, bits, exportable });
  return undefined;
}

async function make(
  router: Router,
  session: CliSession,
  { label, bits, exportable }: { label: string; bits: number; exportable: boolean },
): Promise<void> {
  const { keys, log } = router.personality;
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 1000);
  if (keys.progress === 'two-lines') {
    session.print(`% Generating ${bits} bit RSA keys, keys will be ${exportable ? '' : 'non-'}exportable...`);
  }
  await router.keys.generate(label, bits, exportable);
  session.cutAt('keygen');
  if (keys.progress === 'two-lines') session.print(`[OK] (elapsed time was ${seconds()} seconds)\n`);
  else session.print(`% Generating ${bits} bit RSA keys ...[OK]\n`);
  if (log.additions) {
    const by = `A key named ${label} has been generated or imported by crypto-engine`;
    router.syslog.log('CRYPTO_ENGINE-5-KEY_ADDITION', by);
  }
  if (bits < keys.warnsBelow) warnOfShortKey(session);
}

/** Captured behind the prompt of 17.15 and later, in this order. */
function warnOfShortKey(session: CliSession): void {
  session.printBehindPrompt(
    'SECURITY WARNING - Module: SSH, Command: crypto key generate rsa ..., Reason: SSH RSA host key uses ' +
      'insufficient key length, Remediation: Configure SSH RSA host key with minimum key length of 3072 bits',
  );
}

/** Without a label the keys carry the router's full name, which must then be a proper one. */
function defaultLabel(config: { hostname: string; domain: string; fqdn: string }): string {
  if (config.hostname === 'Router') throw new Refusal('% Please define a hostname other than Router.');
  if (config.domain === '') throw new Refusal('% Please define a domain-name first.');
  return config.fqdn;
}

function inRange(bits: number, { least, most }: KeyManners): boolean {
  return Number.isInteger(bits) && bits >= least && bits <= most;
}

async function askBits({ session, rsa }: { session: Call['session']; rsa: KeyManners }): Promise<number> {
  session.print(`Choose the size of the key modulus in the range of ${rsa.least} to ${rsa.most} for your`);
  session.print('  General Purpose Keys. Choosing a key modulus greater than 512 may take');
  session.print('  a few minutes.\n');
  for (;;) {
    const answer = (await session.ask(`How many bits in the modulus [${rsa.preset}]: `)).trim();
    const bits = answer === '' ? rsa.preset : Number(answer);
    if (inRange(bits, rsa)) return bits;
    // What IOS says to a size out of range is not known from captures.
    session.print(`% A decimal number between ${rsa.least} and ${rsa.most}.`);
  }
}

async function zeroize({ router, session, args }: Call): Promise<undefined> {
  const { label } = args;
  const doomed = label === undefined ? router.keys.all : router.keys.all.filter((key) => key.label === label);
  if (doomed.length === 0) {
    // What IOS says when there is no such key is not known from captures.
    throw new Refusal(
      `% No Signature RSA Keys found in configuration${label === undefined ? '' : ` for ${label}`}.`,
    );
  }
  session.print(
    label === undefined ? '% All keys will be removed.' : `% Keys to be removed are named '${label}'.`,
  );
  session.print('% All router certs issued using these keys will also be removed.');
  if (!(await session.yesNo('Do you really want to remove these keys? [yes/no]: '))) return undefined;
  for (const key of doomed) router.keys.remove(key.label);
  for (const trustpoint of router.trustpoints.all) {
    const used = trustpoint.identity?.keyLabel;
    if (doomed.some((key) => key.label === used)) trustpoint.identity = undefined;
  }
  return undefined;
}

function typeLines({ listing }: KeyManners, bits: number): readonly string[] {
  if (listing === 'bare') return [];
  const size = listing === 'sized' ? `      ${bits} bits` : '';
  return [`Key type: RSA KEYS${size}`, ' Storage Device: not specified'];
}

function showKeys({ router, args }: Call): Outcome {
  const { label } = args;
  return router.keys.all
    .filter((key) => label === undefined || key.label === label)
    .flatMap((key) => [
      `% Key pair was generated at: ${router.clock.formatDate(key.generatedAt)}`,
      `Key name: ${key.label}`,
      ...typeLines(router.personality.keys, key.bits),
      ' Usage: General Purpose Key',
      ` Key is ${key.exportable ? '' : 'not '}exportable.`,
      ' Key Data:',
      ...hexLines(key.publicKey),
    ]);
}
