import type { ConfigLine } from '../domain/config-line.ts';
import type { Consent } from '../domain/consent.ts';
import type { RenewalDecision } from '../domain/result.ts';
import type { StepName } from '../domain/step.ts';
import type { ReplacedCertificate } from '../pki/verify.ts';
import type { RenderedDevice } from '../template/render.ts';
import { Draft } from './draft.ts';
import { type Observation, viewTrustpoint } from './observation.ts';
import type { RenewalOrders } from './renewal.ts';

/** One thing that will be done to a router, with why. */
export type Action =
  | {
      readonly kind: 'set-clock';
      readonly why: string;
      readonly lines: readonly ConfigLine[];
      readonly adjust: boolean;
    }
  | {
      readonly kind: 'configure';
      readonly why: string;
      readonly trustpoint: string;
      readonly lines: readonly ConfigLine[];
    }
  | { readonly kind: 'remove-trustpoint'; readonly why: string; readonly trustpoint: string }
  | {
      readonly kind: 'generate-keypair';
      readonly why: string;
      readonly trustpoint: string;
      readonly label: string;
      readonly command: ConfigLine;
      /** Forms of the command for older releases, each for a router that does not know the one before. */
      readonly olderForms: readonly ConfigLine[];
    }
  | { readonly kind: 'authenticate'; readonly why: string; readonly trustpoint: string }
  | {
      readonly kind: 'enroll';
      readonly why: string;
      readonly trustpoint: string;
      /** A certificate is there and will be replaced when the new one arrives. */
      readonly replaces?: ReplacedCertificate;
      /** Whether the router's password question gets a challenge or an empty answer. */
      readonly challenge: boolean;
    }
  | { readonly kind: 'await-grant'; readonly why: string; readonly trustpoint: string }
  | { readonly kind: 'save'; readonly why: string };

/** What will be done to one router, and what is so already. `actions` empty: nothing will be typed. */
export interface Plan {
  readonly actions: readonly Action[];
  readonly alreadyTrue: readonly {
    readonly step: StepName;
    readonly trustpoint?: string;
    readonly note: string;
  }[];
  readonly decisions: readonly RenewalDecision[];
  readonly notes: readonly string[];
}

export type Purpose = { readonly kind: 'enroll' } | ({ readonly kind: 'renew' } & RenewalOrders);

/**
 * Decides from what a router says of itself. Pure: the same arguments give the same plan.
 * Throws DeviceError `plan-conflict` or `keypair-conflict` when going on would touch what must not be touched.
 */
export function planDevice(
  rendered: RenderedDevice,
  observation: Observation,
  purpose: Purpose,
  now: Date,
  consents: ReadonlySet<Consent> = new Set(),
): Plan {
  const draft = new Draft(rendered.device, observation, now, consents);
  const trustpoints = rendered.device.trustpoints.map((trustpoint) => ({
    trustpoint,
    view: viewTrustpoint(observation, trustpoint.name),
    blocks: rendered.blocks.filter((block) => block.trustpoint === trustpoint.name),
  }));
  if (purpose.kind === 'enroll') {
    draft.planClock(rendered.blocks);
    for (const { trustpoint, view, blocks } of trustpoints) draft.planEnrollment(trustpoint, view, blocks);
  } else {
    const due = trustpoints.filter(({ trustpoint, view }) => draft.decide(trustpoint, view, purpose));
    if (due.length > 0) draft.planClock(rendered.blocks);
    for (const { trustpoint, view, blocks } of due) draft.planRenewal(trustpoint, view, blocks);
  }
  draft.planSave(
    purpose.kind,
    trustpoints.map(({ view }) => view),
  );
  return draft;
}
