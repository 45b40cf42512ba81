import * as z from 'zod';
import { isPlainMap } from './merge.ts';
import { withHint } from './problems.ts';
import { DEVICE_PATTERN } from './schema-patterns.ts';
import { ConfigWord, Flag } from './schema-values.ts';

const SMALLEST_STRONG_KEY = 2048;
const RSA_SIZES = { from: 512, to: 4096, usual: 2048 } as const;
const EC_SIZES = [256, 384, 521] as const;
const EC_USUAL = 256;
const IS_EC = { properties: { type: { const: 'ec' } }, required: ['type'] } as const;

const KeyDevice = z.string().regex(new RegExp(DEVICE_PATTERN), {
  error: withHint('is no device of a router', 'with its colon, such as usbtoken0:'),
});

/** Settings that say how RSA keys are made; there is no such thing for keys on a curve. */
const RSA_ONLY = ['usageKeys', 'on', 'storage', 'allowWeakKey'] as const;

export const Key = z
  .strictObject({
    type: z
      .enum(['rsa', 'ec'], { error: ({ input }) => (input === undefined ? undefined : 'expected rsa or ec') })
      .default('rsa')
      .meta({ description: 'The kind of key: rsa, or ec for ECDSA on a curve of the NIST’s.' }),
    size: z
      .int({ error: ({ input }) => (typeof input === 'number' ? 'expected a whole number' : undefined) })
      .optional()
      .meta({
        description: 'rsa: length of the modulus in bits, 2048 by default; ec: 256 (default), 384 or 521.',
      }),
    label: ConfigWord.optional().meta({
      description: 'Name of the key pair; the name of the trustpoint by default.',
    }),
    exportable: Flag.default(false).meta({
      description: 'Whether the private key can be taken off the router.',
    }),
    usageKeys: Flag.default(false).meta({
      description: 'Two key pairs, one for signatures and one for encryption, with a certificate for each.',
    }),
    on: KeyDevice.optional().meta({
      description: 'A device that makes the keys and keeps them: usbtoken0:',
    }),
    storage: KeyDevice.optional().meta({
      description: 'A device on which keys are kept that the router made: usbtoken0:',
    }),
    allowWeakKey: Flag.default(false).meta({ description: 'Consent to a key shorter than 2048 bits.' }),
  })
  .superRefine((key, context) => {
    const size = sizeOf(key);
    const told = key.type === 'ec' ? whyEcSize(size) : whyRsaSize(size);
    if (told !== undefined) context.addIssue({ code: 'custom', path: ['size'], message: told });
  })
  .refine((key) => !isWeak(key), {
    // Asked even when another key of the map is wrong, so that all problems come at once.
    when: ({ value }) => isPlainMap(value),
    path: ['size'],
    error: withHint(
      'fewer than 2048 bits are too weak',
      'a router that can do no better needs allowWeakKey: true beside the size',
    ),
  })
  .superRefine((key, context) => {
    if (key.type !== 'ec') return;
    for (const name of RSA_ONLY) {
      if (key[name] === undefined || key[name] === false) continue;
      context.addIssue({ code: 'custom', path: [name], message: 'is for RSA keys; these are on a curve' });
    }
  })
  .refine(({ on, storage }) => on === undefined || storage === undefined || on === storage, {
    path: ['storage'],
    error: 'is another device than on: the keys are kept where they are made',
  })
  .meta({
    allOf: [
      {
        if: { not: IS_EC },
        else: {
          properties: {
            size: { enum: [...EC_SIZES] },
            usageKeys: { const: false },
            allowWeakKey: { const: false },
            on: false,
            storage: false,
          },
        },
      },
      {
        if: IS_EC,
        else: {
          properties: { size: { minimum: RSA_SIZES.from, maximum: RSA_SIZES.to } },
          if: { properties: { allowWeakKey: { const: true } }, required: ['allowWeakKey'] },
          else: { properties: { size: { minimum: SMALLEST_STRONG_KEY } } },
        },
      },
    ],
  });

export type KeyInput = z.output<typeof Key>;

/** The size that is written, or the usual one of its kind. */
export function sizeOf({ type, size }: { readonly type?: unknown; readonly size?: unknown }): number {
  if (typeof size === 'number') return size;
  return type === 'ec' ? EC_USUAL : RSA_SIZES.usual;
}

export function isEcSize(size: number): size is (typeof EC_SIZES)[number] {
  return EC_SIZES.some((known) => known === size);
}

function whyEcSize(size: number): string | undefined {
  return isEcSize(size) ? undefined : 'expected 256, 384 or 521: the curves that routers have';
}

function whyRsaSize(size: number): string | undefined {
  const { from, to } = RSA_SIZES;
  return size >= from && size <= to ? undefined : `expected a whole number from ${from} to ${to}`;
}

function isWeak(key: {
  readonly type: string;
  readonly size?: number | undefined;
  readonly allowWeakKey: boolean;
}): boolean {
  return key.type !== 'ec' && sizeOf(key) < SMALLEST_STRONG_KEY && key.allowWeakKey !== true;
}
