import type { Consent } from '../../domain/consent.ts';
import type { Device } from '../../domain/device.ts';
import type { CertificateUse, KeyUse } from '../../domain/key-use.ts';
import type { RenewalDecision } from '../../domain/result.ts';
import type { EnrollmentStage } from '../../domain/step.ts';
import { recallCertificate } from '../../pki/recall.ts';
import { type ForeseenStep, foreseePlan } from '../foresee.ts';
import type { GuardNews } from '../guard/pending.ts';
import { useOfKeypair } from '../held-keys.ts';
import { type Observation, viewTrustpoint } from '../observation.ts';
import type { Action, Plan } from '../plan.ts';
import { judgeClock } from '../trusted-clock.ts';
import { type Agreement, agreementOf } from './agreement.ts';
import { type ConfigDiff, diffConfiguration } from './config-diff.ts';
import { type Protection, protectionOf } from './protection.ts';
import { assessRisk, type Risk } from './risk.ts';

/** What a plan comes to for one router. `wait`: a request is pending at the CA; `repair`: no certificate is asked for. */
export const WORK = ['enroll', 'renew', 'repair', 'wait', 'none'] as const;
export type Work = (typeof WORK)[number];

/** What one router is and what would be done to it: data for people and programs, no secret in it. */
export interface DevicePlan {
  readonly work: Work;
  readonly release: {
    readonly platform: string;
    readonly version: string;
    readonly model?: string;
    readonly serial?: string;
  };
  readonly clock: { readonly trusted: boolean; readonly text: string };
  readonly keypairs: readonly PlannedKeypair[];
  readonly trustpoints: readonly PlannedTrustpoint[];
  /** Parts of the running configuration that change. */
  readonly diff: readonly ConfigDiff[];
  readonly actions: readonly PlannedAction[];
  readonly alreadyTrue: Plan['alreadyTrue'];
  readonly decisions: readonly RenewalDecision[];
  readonly notes: readonly string[];
  /** Everything that would be typed, from the login to the farewell, with the questions and the answers. */
  readonly steps: readonly ForeseenStep[];
  /** What protects the router while it is changed; absent where nothing does. */
  readonly protection?: Protection;
  readonly risk: Risk;
  readonly consents: readonly Consent[];
  readonly agreement: Agreement;
  readonly link: Link;
}

/** A key pair that the inventory names; with a label alone it is not there. Usage keys are two of one label. */
export interface PlannedKeypair {
  readonly label: string;
  readonly use?: CertificateUse;
  readonly bits?: number;
  readonly type?: string;
}

export interface PlannedTrustpoint {
  readonly name: string;
  readonly stage: EnrollmentStage;
  /** Every one that the router holds for it: one, or with usage keys two. */
  readonly certificates: readonly PlannedCertificate[];
  /** The first of them. */
  readonly certificate?: PlannedCertificate;
}

export interface PlannedCertificate {
  /** With usage keys: which of the two it is. */
  readonly use?: CertificateUse;
  readonly serial: string;
  readonly notAfter: Date;
  readonly daysLeft: number;
}

export interface PlannedAction {
  readonly kind: Action['kind'];
  readonly trustpoint?: string;
  readonly why: string;
  /** Of a request: a challenge password goes with it. */
  readonly challenge?: boolean;
}

/** How fast this router was to talk to, in milliseconds. */
export interface Link {
  readonly loginMs: number;
  /** A show command and its answer, on average. */
  readonly commandMs: number;
}

export interface Circumstances {
  readonly now: Date;
  readonly consents: ReadonlySet<Consent>;
  readonly allowOverwriteNvram: boolean;
  readonly link: Link;
  /** What the router told of guards; nothing where the inventory has none. */
  readonly guards?: GuardNews;
}

/** Pure. Without a plan, as of a router that is in conflict, it tells what the router is. */
export function describePlan(
  device: Device,
  observation: Observation,
  plan: Plan | undefined,
  { now, consents, allowOverwriteNvram, link, guards = { notes: [] } }: Circumstances,
): DevicePlan {
  const actions = plan?.actions ?? [];
  const { dialect, release } = observation;
  const protection = protectionOf(device, actions, guards);
  const steps =
    actions.length === 0 ? [] : foreseePlan(device, { actions }, { allowOverwriteNvram, dialect });
  return {
    work: workOf(actions),
    release: {
      platform: release.platform,
      version: release.version,
      ...(release.model === undefined ? {} : { model: release.model }),
      ...(release.serial === undefined ? {} : { serial: release.serial }),
    },
    clock: clockOf(device, observation),
    keypairs: keypairsOf(device, observation),
    trustpoints: device.trustpoints.map(({ name }) => plannedTrustpoint(observation, name, now)),
    diff: diffConfiguration(observation, actions),
    actions: actions.map(({ kind, why, ...action }) => ({
      kind,
      ...('trustpoint' in action ? { trustpoint: action.trustpoint } : {}),
      ...('challenge' in action ? { challenge: action.challenge } : {}),
      why,
    })),
    alreadyTrue: plan?.alreadyTrue ?? [],
    decisions: plan?.decisions ?? [],
    notes: plan?.notes ?? [],
    steps,
    ...(protection === undefined ? {} : { protection }),
    risk: assessRisk({ device, observation, actions, consents, allowOverwriteNvram, now, guards }),
    consents: [...consents],
    agreement: agreementOf(device, observation, { actions }, steps),
    link,
  };
}

function workOf(actions: readonly Action[]): Work {
  if (actions.length === 0) return 'none';
  if (actions.some(({ kind }) => kind === 'switch')) return 'renew';
  const requests = actions.filter((action) => action.kind === 'enroll' || action.kind === 'import');
  if (requests.some(({ replaces }) => replaces === undefined)) return 'enroll';
  if (requests.length > 0) return 'renew';
  return actions.some(({ kind }) => kind === 'await-grant') ? 'wait' : 'repair';
}

function clockOf({ clock }: Device, observation: Observation): DevicePlan['clock'] {
  const { trusted, why } = judgeClock(observation, observation.timeLines, clock);
  return { trusted, text: why };
}

function keypairsOf({ trustpoints }: Device, { keypairs }: Observation): DevicePlan['keypairs'] {
  const labels = trustpoints.flatMap(({ method, key }) => (method.kind === 'ca-only' ? [] : [key.label]));
  return [...new Set(labels)].flatMap((label) => {
    const present = keypairs.filter((keypair) => keypair.label === label);
    if (present.length === 0) return [{ label }];
    return present.map((keypair) => ({
      label,
      ...useIfAny(useOfKeypair(keypair)),
      type: keypair.type,
      bits: keypair.bits,
    }));
  });
}

function useIfAny(use: KeyUse): { readonly use?: CertificateUse } {
  return use === 'general' ? {} : { use };
}

const DAY_MS = 86_400_000;

function plannedTrustpoint(observation: Observation, name: string, now: Date): PlannedTrustpoint {
  const { stage, identities } = viewTrustpoint(observation, name);
  const certificates = identities.flatMap(({ use, configured }) => {
    if (configured?.der === undefined) return [];
    const { serial, notAfter } = recallCertificate(configured.der);
    const daysLeft = Math.floor((notAfter.getTime() - now.getTime()) / DAY_MS);
    return [{ ...useIfAny(use), serial, notAfter, daysLeft }];
  });
  const [first] = certificates;
  return { name, stage, certificates, ...(first === undefined ? {} : { certificate: first }) };
}
