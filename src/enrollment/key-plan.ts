import { DeviceError } from '../domain/errors.ts';
import { usesOf } from '../domain/key-use.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import type { RenderedBlock } from '../template/render.ts';
import type { Observation } from './observation.ts';
import type { Action } from './plan.ts';
import type { Speech } from './speech.ts';

type Generate = Extract<Action, { kind: 'generate-keypair' }>;

/** For a key that is not RSA, and a request by SCEP. */
export const ON_CURVE =
  'SCEP encrypts its answers to an RSA key, and this one is on a curve: whether the router and its CA make up for it only they can say; terminal, tftp, pkcs12 and a profile with commands do not need it';

/** What makes a trustpoint's key pair; a note where it is there, and nothing where another trustpoint has it made. Pure. */
export function planKeypair(
  { name, key }: Trustpoint,
  blocks: readonly RenderedBlock[],
  { keypairs }: Pick<Observation, 'keypairs'>,
  { actions, speech }: { readonly actions: readonly Action[]; readonly speech: Speech },
): Generate | { readonly note: string } | undefined {
  const { label } = key;
  const present = keypairs.find((keypair) => keypair.label === label);
  if (present !== undefined) {
    const kind = usesOf(key).length > 1 ? 'usage keys, ' : '';
    return { note: `key pair ${label} exists, ${kind}${present.bits} bits; it is used as it is` };
  }
  if (actions.some((action) => action.kind === 'generate-keypair' && action.label === label))
    return undefined;
  const command = blocks.find((block) => block.name === 'keypair')?.lines[0];
  if (command === undefined) throw new DeviceError('internal', `${name}: no key pair command was rendered`);
  return {
    kind: 'generate-keypair',
    why: `there is no key pair ${label}`,
    trustpoint: name,
    label,
    command,
    olderForms: speech.olderForms(command),
  };
}
