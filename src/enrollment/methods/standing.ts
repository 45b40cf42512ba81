import path from 'node:path';
import { type KeyUse, usesOf } from '../../domain/key-use.ts';
import { submissionOf } from '../../domain/method.ts';
import type { Trustpoint } from '../../domain/trustpoint.ts';
import { Couriers } from '../couriers.ts';
import { keypairFor } from '../held-keys.ts';
import type { Observation, StandingErrand } from '../observation.ts';
import type { StepContext } from '../steps/context.ts';
import { caCertificates } from './ca-text.ts';
import { type Answered, aboutErrand, circumstancesOf } from './errands.ts';
import type { Holding } from './holding.ts';
import { problemsOf, type RouterRequest } from './router-request.ts';

/** What an offline CA's folders hold of a trustpoint, from an earlier run. */
export type Standing =
  | {
      readonly kind: 'asked';
      readonly where: string;
      readonly requests: readonly RouterRequest[];
      /** Where the certificates for them are; absent as long as they have not all come. */
      readonly came?: string;
    }
  | { readonly kind: 'answered'; readonly where: string; readonly answers: readonly Answered[] };

/**
 * Looks for requests that were laid down for the router's key pairs and still ask for what the inventory wants, else for
 * certificates that came for these keys. Undefined where the CA has no folders, or none of it is there for every key.
 */
export async function findStanding(
  context: Pick<StepContext, 'couriers' | 'now' | 'device' | 'renderer' | 'caLookup' | 'signal'>,
  trustpoint: Trustpoint,
  { keypairs, chain }: Holding,
): Promise<Standing | undefined> {
  const { couriers = new Couriers(context), device } = context;
  const submission = submissionOf(trustpoint.method);
  if (submission === undefined || submission.kind === 'command') return undefined;
  const keys = usesOf(trustpoint.key).map((use) => ({
    about: aboutErrand(device.name, trustpoint, use),
    use,
    publicKey: keypairFor(keypairs, trustpoint.key, use)?.publicKey ?? new Uint8Array(),
  }));
  if (keys.some(({ publicKey }) => publicKey.length === 0)) return undefined;
  const requests = await allOf(keys, async ({ use, about, publicKey }) => {
    const request = await (submission.kind === 'scep'
      ? couriers.scep(trustpoint.authority)
      : couriers.directory(submission)
    ).standing(about);
    if (request === undefined || problemsOf(context, trustpoint, request, publicKey).length > 0)
      return undefined;
    return { use, request };
  });
  const asked = requests && {
    kind: 'asked' as const,
    where: placeOf(couriers, trustpoint, device.name),
    requests,
  };
  // Beside a certificate in force only a request that was made since then says that another one is wanted.
  const isInForce = chain.some(({ kind }) => kind === 'identity');
  if (submission.kind === 'scep' || (asked === undefined && isInForce)) return asked;
  const courier = couriers.directory(submission);
  const { all } = await caCertificates(context, trustpoint);
  const circumstances = circumstancesOf(trustpoint, chain, all);
  const answers = await allOf(keys, async ({ about, publicKey }) => {
    const answer = await courier.find({ ...about, ...circumstances, request: { publicKey } });
    const settle = (): Promise<void> => Promise.resolve();
    return answer === undefined ? undefined : { half: about.half, answer, settle };
  });
  if (answers === undefined) return asked;
  const files = answers.map(({ answer }) => path.join(submission.answers, answer.from));
  const where = `in ${files.join(' and ')}`;
  return asked === undefined ? { kind: 'answered', where, answers } : { ...asked, came: where };
}

/** Where the requests of a trustpoint wait for their answers, for people. */
export function placeOf(couriers: Couriers, trustpoint: Trustpoint, device: string): string {
  const submission = submissionOf(trustpoint.method);
  switch (submission?.kind) {
    case undefined:
    case 'scep':
      return `at ${trustpoint.authority.name}`;
    case 'command':
      return `with ${submission.argv[0] ?? ''}`;
    case 'directory': {
      const courier = couriers.directory(submission);
      const files = usesOf(trustpoint.key).map((use) => courier.fileOf(aboutErrand(device, trustpoint, use)));
      return `in ${files.join(' and ')}`;
    }
  }
}

/** What stands for each trustpoint of a device that goes to an offline CA, where it is of use. */
export async function standingErrands(
  context: Parameters<typeof findStanding>[0],
  observation: Observation,
): Promise<ReadonlyMap<string, StandingErrand>> {
  const found = new Map<string, StandingErrand>();
  for (const trustpoint of context.device.trustpoints) {
    const chain =
      observation.running.chains.find((each) => each.trustpoint === trustpoint.name)?.certificates ?? [];
    const standing = await findStanding(context, trustpoint, { keypairs: observation.keypairs, chain });
    if (standing !== undefined) found.set(trustpoint.name, errandOf(standing));
  }
  return found;
}

function errandOf(standing: Standing): StandingErrand {
  const came = standing.kind === 'answered' ? standing.where : standing.came;
  return came === undefined ? { kind: 'asked', where: standing.where } : { kind: 'answered', where: came };
}

interface KeyOf {
  readonly about: ReturnType<typeof aboutErrand>;
  readonly use: KeyUse;
  readonly publicKey: Uint8Array;
}

/** Undefined unless there is something for every one of them. */
async function allOf<T>(
  keys: readonly KeyOf[],
  find: (key: KeyOf) => Promise<T | undefined>,
): Promise<readonly T[] | undefined> {
  const found = await Promise.all(keys.map(find));
  const there = found.filter((each) => each !== undefined);
  return there.length === keys.length ? there : undefined;
}
