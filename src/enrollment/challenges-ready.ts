import { submissionOf } from '../domain/method.ts';
import type { Action } from './plan.ts';
import { type StepContext, trustpointOf } from './steps/context.ts';

/**
 * Asks the sources of the challenge passwords that these actions need whether they can give one, before anything is typed: a
 * router whose enrollment would end at its password question is left as it is. Throws what `ChallengeSource.ready` throws.
 */
export async function makeSureOfChallenges(
  context: Pick<StepContext, 'challenges' | 'device' | 'signal'>,
  actions: readonly Action[],
): Promise<void> {
  const { challenges, device, signal } = context;
  for (const action of actions) {
    if (action.kind !== 'enroll' || !action.challenge) continue;
    const trustpoint = trustpointOf(context, action.trustpoint);
    const submission = submissionOf(trustpoint.method);
    if (submission !== undefined && submission.kind !== 'scep') continue;
    await challenges.for(trustpoint.authority).ready?.(device, trustpoint, signal);
  }
}
