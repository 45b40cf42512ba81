import { DeviceError } from '../../domain/errors.ts';
import { type KeyUse, usesOf } from '../../domain/key-use.ts';
import type { Trustpoint } from '../../domain/trustpoint.ts';
import type { PrintedKeypair } from '../../ios/show/keypairs.ts';
import { checkRequest } from '../../pki/check-request.ts';
import { sameKey } from '../../pki/key.ts';
import { type RequestFacts, readRequest } from '../../pki/request.ts';
import { RequestError } from '../../pki/request-errors.ts';
import { keypairFor } from '../held-keys.ts';
import type { StepContext } from '../steps/context.ts';

/** A request of the router's for one of its key pairs. It was checked. */
export interface RouterRequest {
  readonly use: KeyUse;
  readonly request: RequestFacts;
}

type Expecting = Pick<StepContext, 'device' | 'renderer'>;

/**
 * The requests in what a router printed or wrote, one for each key pair of the trustpoint: signed with that key, for that
 * key, and for the names of the inventory. Throws DeviceError `request-unfit` for anything else.
 */
export function readRouterRequests(
  expecting: Expecting,
  trustpoint: Trustpoint,
  sources: readonly (string | Uint8Array)[],
  keypairs: readonly PrintedKeypair[],
): readonly RouterRequest[] {
  const found = sources.map((source) => readOne(source, trustpoint));
  const wanted = usesOf(trustpoint.key);
  const requests = wanted.map((use) => {
    const keypair = keypairFor(keypairs, trustpoint.key, use);
    if (keypair === undefined || keypair.publicKey.length === 0)
      throw unfit(trustpoint, 'the router prints no key pair to compare it with', found);
    const request = found.find(({ publicKey }) => sameKey(publicKey, keypair.publicKey));
    // Where there is none for the key, the first one tells what it is for instead.
    const nearest = request ?? found[0];
    if (nearest === undefined) throw unfit(trustpoint, 'the router made none', found);
    const [problem] = problemsOf(expecting, trustpoint, nearest, keypair.publicKey);
    if (problem !== undefined) throw unfit(trustpoint, problem, found);
    return { use, request: nearest };
  });
  if (found.length !== wanted.length) {
    throw unfit(trustpoint, `the router made ${found.length}, and ${wanted.length} are wanted`, found);
  }
  return requests;
}

/** What is wrong with a request for this key of the router's. */
export function problemsOf(
  { device, renderer }: Expecting,
  trustpoint: Trustpoint,
  request: RequestFacts,
  publicKey: Uint8Array,
): readonly string[] {
  const fqdn = renderer.fqdn(device, trustpoint);
  return checkRequest(request, {
    publicKey,
    subject: renderer.subject(device, trustpoint),
    fqdn: fqdn === 'none' ? undefined : fqdn,
    serialNumberAsked: trustpoint.serialNumber,
    ipAddress: trustpoint.ipAddress === 'none' ? undefined : trustpoint.ipAddress,
  });
}

function readOne(source: string | Uint8Array, trustpoint: Trustpoint): RequestFacts {
  try {
    return readRequest(source);
  } catch (thrown) {
    if (thrown instanceof RequestError) throw unfit(trustpoint, thrown.message, [], thrown);
    throw thrown;
  }
}

function unfit(
  { name }: Trustpoint,
  why: string,
  found: readonly RequestFacts[],
  cause?: unknown,
): DeviceError {
  const shown = found.map(({ fingerprints }) =>
    fingerprints.map(({ hash, hex }) => `${hash} ${hex}`).join(', '),
  );
  return new DeviceError('request-unfit', `${name}: the router’s request: ${why}`, {
    detail: [...shown.map((each) => `request ${each}`), 'It was handed to nobody.'].join('\n'),
    ...(cause === undefined ? {} : { cause }),
  });
}
