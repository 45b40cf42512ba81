import type { KeyManners } from '../personality.ts';
import { deviceName, placeFor } from '../pki/key-place.ts';
import { type EcBits, type KeyPlace, type KeyUse, type RouterKey, USE_NAMES } from '../pki/key-store.ts';
import type { StoredCertificate } from '../pki/stored-certificate.ts';
import type { Router } from '../router.ts';
import { type Call, type CliSession, type Command, InvalidArgument, Refusal } from './command.ts';

export const KEY_COMMANDS: readonly Command[] = [
  {
    syntax:
      'crypto key generate rsa [{general-keys|usage-keys|signature|encryption}] [label <label:WORD>] [exportable] [modulus <bits:1-99999>] [label <label:WORD>] [exportable]',
    help: 'Generate RSA keys',
    needs: 'key label',
    run: generate,
  },
  {
    syntax:
      'crypto key generate rsa [{general-keys|usage-keys|signature|encryption}] [label <label:WORD>] [exportable] [modulus <bits:1-99999>] {storage <storage:WORD> [on <on:WORD>]|on <on:WORD>}',
    help: 'Generate RSA keys',
    needs: 'key storage',
    run: generate,
  },
  {
    // The modulus is always asked for.
    syntax: 'crypto key generate rsa [{general-keys|usage-keys}] [<label:WORD>] [exportable]',
    help: 'Generate RSA keys',
    insteadOf: 'key label',
    run: generate,
  },
  {
    syntax: 'crypto key generate ec keysize {256|384} [exportable] [label <label:WORD>] [exportable]',
    help: 'Generate EC keys',
    needs: 'ec keys',
    run: generateEc,
  },
  {
    syntax: 'crypto key generate ec keysize 521 [exportable] [label <label:WORD>] [exportable]',
    help: 'Generate EC keys',
    needs: 'ec 521',
    run: generateEc,
  },
  {
    syntax: 'crypto key storage <device:WORD>',
    no: 'crypto key storage [<device:WORD>]',
    help: 'Default storage location for RSA keys',
    needs: 'key storage',
    run: setStorage,
  },
  { syntax: 'crypto key zeroize rsa [<label:WORD>]', help: 'Remove RSA keys', run: zeroize },
  {
    syntax: 'crypto key zeroize ec [<label:WORD>]',
    help: 'Remove EC keys',
    needs: 'ec keys',
    run: zeroize,
  },
];

/** A key pair of each use is made, one after the other. */
async function generate(call: Call): Promise<undefined> {
  const { router, session, args, words } = call;
  const rsa = router.personality.keys;
  const { label = defaultLabel(router.config), bits: typed, storage, on } = args;
  if (typed !== undefined && !inRange(Number(typed), rsa)) throw new InvalidArgument('bits');
  const place = placeFor(router, {
    ...(storage === undefined ? {} : { storage: deviceName(storage) }),
    ...(on === undefined ? {} : { on: deviceName(on) }),
  });
  if (!(await mayReplace(call, 'rsa', label))) return undefined;
  const exportable = words.includes('exportable');
  if (typed !== undefined) session.print(`\n% The key modulus size is ${Number(typed)} bits`);
  let shortest = Number.POSITIVE_INFINITY;
  for (const use of usesOf(words)) {
    const bits = typed === undefined ? await askBits({ session, rsa, use }) : Number(typed);
    await make(router, session, { label, bits, exportable, place: { ...place, use } });
    shortest = Math.min(shortest, bits);
  }
  session.print();
  if (shortest < rsa.warnsBelow) warnOfShortKey(session);
  return undefined;
}

/** Nothing but the name is printed. */
async function generateEc(call: Call): Promise<undefined> {
  const { router, session, args, words } = call;
  const { label = defaultLabel(router.config) } = args;
  if (!(await mayReplace(call, 'ec', label))) return undefined;
  const sizes: readonly EcBits[] = [256, 384, 521];
  const bits = sizes.find((size) => words.includes(`${size}`)) ?? 256;
  await router.keys.generateEc(label, bits, words.includes('exportable'));
  session.print();
  session.cutAt('keygen');
  logAddition(router, label);
  return undefined;
}

/** With `modulus` an RSA key is replaced without a question, and what was certified for it is worthless. */
async function mayReplace(
  { router, session, args }: Call,
  type: RouterKey['type'],
  label: string,
): Promise<boolean> {
  if (router.keys.get(label, type) === undefined) {
    session.print(`The name for the keys will be: ${label}`);
    return true;
  }
  session.print(`% You already have ${type.toUpperCase()} keys defined named ${label}.`);
  if (args.bits === undefined) {
    return session.yesNo('% Do you really want to replace them? [yes/no]: ');
  }
  session.print('% They will be replaced.');
  return true;
}

function usesOf(words: readonly string[]): readonly KeyUse[] {
  if (words.includes('usage-keys')) return ['signature', 'encryption'];
  const one = (['signature', 'encryption'] as const).find((use) => words.includes(use));
  return [one ?? 'general'];
}

function setStorage({ router, args, negated, text }: Call): undefined {
  if (negated) router.config.remove('crypto key storage');
  else {
    deviceName(args.device ?? '');
    router.config.set('base', 'crypto key storage', text);
  }
  return undefined;
}

async function make(
  router: Router,
  session: CliSession,
  { label, bits, exportable, place }: { label: string; bits: number; exportable: boolean; place: KeyPlace },
): Promise<void> {
  const { keys } = router.personality;
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 1000);
  if (keys.progress === 'two-lines') {
    session.print(`% Generating ${bits} bit RSA keys, keys will be ${exportable ? '' : 'non-'}exportable...`);
  }
  await router.keys.generate(label, bits, exportable, place);
  session.cutAt('keygen');
  if (keys.progress === 'two-lines') session.print(`[OK] (elapsed time was ${seconds()} seconds)`);
  else session.print(`% Generating ${bits} bit RSA keys ...[OK]`);
  logAddition(router, label);
}

function logAddition({ personality, syslog }: Router, label: string): void {
  if (!personality.log.additions) return;
  const by = `A key named ${label} has been generated or imported by crypto-engine`;
  syslog.log('CRYPTO_ENGINE-5-KEY_ADDITION', by);
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

async function askBits({
  session,
  rsa,
  use,
}: {
  session: CliSession;
  rsa: KeyManners;
  use: KeyUse;
}): Promise<number> {
  session.print(`Choose the size of the key modulus in the range of ${rsa.least} to ${rsa.most} for your`);
  session.print(`  ${USE_NAMES[use]} Keys. Choosing a key modulus greater than 512 may take`);
  session.print('  a few minutes.\n');
  for (;;) {
    const answer = (await session.ask(`How many bits in the modulus [${rsa.preset}]: `)).trim();
    const bits = answer === '' ? rsa.preset : Number(answer);
    if (inRange(bits, rsa)) return bits;
    // What IOS says to a size out of range is not known from captures.
    session.print(`% A decimal number between ${rsa.least} and ${rsa.most}.`);
  }
}

async function zeroize({ router, session, args, words }: Call): Promise<undefined> {
  const { label } = args;
  const type = words.includes('ec') ? 'ec' : 'rsa';
  const doomed = router.keys.all.filter(
    (key) => key.type === type && (label === undefined || key.label === label),
  );
  if (doomed.length === 0) {
    // What IOS says when there is no such key is not known from captures.
    throw new Refusal(
      `% No Signature ${type.toUpperCase()} Keys found in configuration${label === undefined ? '' : ` for ${label}`}.`,
    );
  }
  session.print(
    label === undefined ? '% All keys will be removed.' : `% Keys to be removed are named '${label}'.`,
  );
  session.print('% All router certs issued using these keys will also be removed.');
  if (!(await session.yesNo('Do you really want to remove these keys? [yes/no]: '))) return undefined;
  for (const key of doomed) router.keys.remove(key.label, type);
  const isLost = (stored: StoredCertificate | undefined): boolean =>
    doomed.some(
      ({ publicKey }) => stored !== undefined && Buffer.from(publicKey).equals(stored.certificate.publicKey),
    );
  for (const trustpoint of router.trustpoints.all) {
    if (isLost(trustpoint.identity)) trustpoint.identity = undefined;
    if (isLost(trustpoint.encryption)) trustpoint.encryption = undefined;
  }
  return undefined;
}
