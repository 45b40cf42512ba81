import { hexLines } from '../pki/stored-certificate.ts';
import { type Call, type Command, InvalidArgument, type Outcome, Refusal } from './command.ts';

export const KEY_COMMANDS: readonly Command[] = [
  {
    syntax:
      'crypto key generate rsa [general-keys] [label <label:WORD>] [exportable] [modulus <bits:1-99999>] [label <label:WORD>] [exportable]',
    help: 'Generate RSA keys',
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
  const { rsa } = router.personality;
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
  session.print(`% Generating ${bits} bit RSA keys, keys will be ${exportable ? '' : 'non-'}exportable...`);
  const started = performance.now();
  await router.keys.generate(label, bits, exportable);
  const seconds = Math.round((performance.now() - started) / 1000);
  session.print(`[OK] (elapsed time was ${seconds} seconds)\n`);
  return undefined;
}

/** Without a label the keys carry the router's full name, which must then be a proper one. */
function defaultLabel(config: { hostname: string; domain: string; fqdn: string }): string {
  if (config.hostname === 'Router') throw new Refusal('% Please define a hostname other than Router.');
  if (config.domain === '') throw new Refusal('% Please define a domain-name first.');
  return config.fqdn;
}

interface BitRange {
  readonly least: number;
  readonly most: number;
  readonly preset: number;
}

function inRange(bits: number, { least, most }: BitRange): boolean {
  return Number.isInteger(bits) && bits >= least && bits <= most;
}

async function askBits({ session, rsa }: { session: Call['session']; rsa: BitRange }): Promise<number> {
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

function showKeys({ router, args }: Call): Outcome {
  const { label } = args;
  return router.keys.all
    .filter((key) => label === undefined || key.label === label)
    .flatMap((key) => [
      `% Key pair was generated at: ${router.clock.formatDate(key.generatedAt)}`,
      `Key name: ${key.label}`,
      'Key type: RSA KEYS',
      ' Storage Device: not specified',
      ' Usage: General Purpose Key',
      ` Key is ${key.exportable ? '' : 'not '}exportable.`,
      ' Key Data:',
      ...hexLines(key.publicKey),
    ]);
}
