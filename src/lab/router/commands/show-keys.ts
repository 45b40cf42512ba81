import type { KeyManners } from '../personality.ts';
import { type RouterKey, USE_NAMES } from '../pki/key-store.ts';
import { hexLines } from '../pki/stored-certificate.ts';
import type { Call, Command, Outcome } from './command.ts';

export const SHOW_KEY_COMMANDS: readonly Command[] = [
  {
    syntax: 'show crypto key mypubkey {rsa|all} [<label:WORD>]',
    help: 'Show public keys associated with this router',
    level: 15,
    run: showKeys,
  },
  {
    syntax: 'show crypto key mypubkey ec [<label:WORD>]',
    help: 'Show EC public keys associated with this router',
    level: 15,
    needs: 'ec keys',
    run: showKeys,
  },
];

function showKeys({ router, args, words }: Call): Outcome {
  const { label } = args;
  const type = words.at(-1);
  return router.keys.all
    .filter((key) => (type === 'all' || key.type === type) && (label === undefined || key.label === label))
    .flatMap((key) => [
      `% Key pair was generated at: ${router.clock.formatDate(key.generatedAt)}`,
      `Key name: ${key.label}`,
      ...typeLines(router.personality.keys, key),
      ...deviceLines(router.personality.keys, key),
      ` Usage: ${usageOf(key)} Key`,
      ` Key is ${key.exportable ? '' : 'not '}exportable.`,
      ' Key Data:',
      ...hexLines(key.publicKey),
    ]);
}

function typeLines({ listing }: KeyManners, { type, bits }: RouterKey): readonly string[] {
  if (listing === 'bare') return [];
  if (listing === 'typed') return [`Key type: ${type.toUpperCase()} KEYS`];
  return [`Key type: ${type === 'rsa' ? `RSA KEYS      ${bits} bits` : `EC KEYS      p${bits} curve`}`];
}

/** How a key on a USB token is shown is not known from captures: here as other keys on a cryptographic device are. */
function deviceLines(
  { listing, ecStorage }: KeyManners,
  { label, type, storage, on }: RouterKey,
): readonly string[] {
  if (on !== undefined)
    return [` On Cryptographic Device: ${on.replace(/:$/, '')} (label=${label}, key index=0)`];
  if (storage !== undefined) return [` Storage Device: ${storage}`];
  if (listing === 'bare') return [];
  return [` Storage Device: ${type === 'ec' ? ecStorage : 'not specified'}`];
}

/** An EC key signs. */
function usageOf({ type, use }: RouterKey): string {
  return USE_NAMES[type === 'ec' ? 'signature' : use];
}
