import { DeviceError } from '../domain/errors.ts';
import type { Finding } from '../domain/finding.ts';
import { calledBy } from '../domain/key-use.ts';
import type { ReplacedCertificate } from '../pki/verify.ts';
import { examineTrustpoint, summarizeCertificates } from './evidence.ts';
import type { Observation } from './observation.ts';
import type { DeviceRecord } from './record.ts';
import type { StepContext } from './steps/context.ts';

/** Which of a device's trustpoints are checked, and against what. */
export interface Scope {
  /** Not checked: their requests wait for the CA. */
  readonly pending: ReadonlySet<string>;
  /** Not checked: there never was a certificate, and this run was not to ask for the first one. */
  readonly absent: ReadonlySet<string>;
  /** Checked and listed, but they hold nobody up: their certificates have ended, which this run cannot mend. */
  readonly ended: ReadonlySet<string>;
  /** The certificates that were to be replaced, by trustpoint. */
  readonly replaced: ReadonlyMap<string, ReplacedCertificate>;
}

/**
 * Checks what a router holds; with `isSavedLater`, all but the saving. Keeps every finding. Throws DeviceError
 * `verification-failed` when a check failed or could not be made.
 */
export function proveHeld(
  context: StepContext,
  record: DeviceRecord,
  observation: Observation,
  scope: Scope,
  { isSavedLater }: { readonly isSavedLater: boolean },
): Promise<void> {
  return record.step('verify', undefined, async (note) => {
    record.certificates = summarizeCertificates(context.device, observation, context.keepCertificate);
    const all = examine(context, observation, scope);
    record.findings = isSavedLater ? all.filter(({ check }) => check !== 'startup-saved') : all;
    judge(
      record.findings.filter(({ trustpoint }) => !scope.ended.has(trustpoint)),
      note,
    );
  });
}

/** Every check of every trustpoint in scope. Pure but for the clock. */
export function examine(
  context: StepContext,
  observation: Observation,
  { pending, absent, replaced }: Scope,
): readonly Finding[] {
  return context.device.trustpoints
    .filter(({ name }) => !pending.has(name) && !absent.has(name))
    .flatMap((trustpoint) =>
      examineTrustpoint(context, trustpoint, observation, context.now(), replaced.get(trustpoint.name)),
    );
}

/** A check that failed or could not be made fails the device. */
function judge(findings: readonly Finding[], note: (text: string) => void): void {
  const bad = findings.filter(({ status }) => status === 'fail' || status === 'unknown');
  const [first] = bad;
  if (first === undefined) {
    note(`${findings.length} checks passed`);
    return;
  }
  const others = bad.length > 1 ? ` and ${bad.length - 1} more` : '';
  throw new DeviceError(
    'verification-failed',
    `${calledBy(first)}: ${first.check} ${first.status}${others}`,
    {
      detail: bad
        .map(
          ({ check, status, expected, actual, ...of }) =>
            `${calledBy(of)} ${check} ${status}: expected ${expected}; is ${actual}`,
        )
        .join('\n'),
    },
  );
}
