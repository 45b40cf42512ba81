import { DeviceError } from '../domain/errors.ts';
import type { CheckName, Finding, OwnRenewalCheck } from '../domain/finding.ts';
import { calledBy } from '../domain/key-use.ts';
import type { ReplacedCertificate } from '../pki/verify.ts';
import { examineTrustpoint, summarizeCertificates } from './evidence.ts';
import type { Observation } from './observation.ts';
import type { DeviceRecord } from './record.ts';
import { examineOwnRenewal } from './router-renewal.ts';
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
 * Checks what a router holds; with `isSavedLater`, all but the saving. Keeps every finding. On a router that is worked on,
 * what its own next renewal lacks fails nothing: the certificate of now is right, and {@link ownRenewalFaults} tells. Throws DeviceError
 * `verification-failed` when a check failed or could not be made.
 */
export function proveHeld(
  context: StepContext,
  record: DeviceRecord,
  observation: Observation,
  scope: Scope,
  { isSavedLater, isWorkedOn = true }: { readonly isSavedLater: boolean; readonly isWorkedOn?: boolean },
): Promise<void> {
  return record.step('verify', undefined, async (note) => {
    record.certificates = summarizeCertificates(context.device, observation, context.keepCertificate);
    const all = examine(context, observation, scope);
    record.findings = isSavedLater ? all.filter(({ check }) => !AFTER_SAVING.has(check)) : all;
    judge(
      record.findings.filter(
        ({ trustpoint, check }) => !scope.ended.has(trustpoint) && !(isWorkedOn && OWN_RENEWAL.has(check)),
      ),
      note,
    );
  });
}

const OWN_RENEWAL: ReadonlySet<CheckName> = new Set<OwnRenewalCheck>(['auto-enroll-works', 'rollover-fits']);
/** A configuration that is not saved yet keeps a router from renewing, too. */
const AFTER_SAVING: ReadonlySet<CheckName> = new Set(['startup-saved', 'auto-enroll-works']);

/** What keeps routers from renewing by themselves, a sentence for each trustpoint. */
export function ownRenewalFaults(findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ check, status }) => OWN_RENEWAL.has(check) && status === 'fail')
    .map(({ trustpoint, check, actual }) =>
      check === 'auto-enroll-works'
        ? `${trustpoint}: the router will not renew it by itself: ${actual}`
        : `${trustpoint}: what it keeps for the rollover does not fit: ${actual}`,
    );
}

/** Every check of every trustpoint in scope. Pure but for the clock. */
export function examine(
  context: StepContext,
  observation: Observation,
  { pending, absent, replaced }: Scope,
): readonly Finding[] {
  return context.device.trustpoints
    .filter(({ name }) => !pending.has(name) && !absent.has(name))
    .flatMap((trustpoint) => [
      ...examineTrustpoint(context, trustpoint, observation, context.now(), replaced.get(trustpoint.name)),
      ...examineOwnRenewal(trustpoint, observation, context.device.clock),
    ]);
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
