import type { ConfigLine } from '../domain/config-line.ts';
import type { Consent } from '../domain/consent.ts';
import { hasIdentity } from '../domain/method.ts';
import type { RenewalDecision } from '../domain/result.ts';
import type { StepName } from '../domain/step.ts';
import type { ReplacedCertificate } from '../pki/verify.ts';
import type { RenderedDevice } from '../template/render.ts';
import { Draft } from './draft.ts';
import { parentsFirst } from './lineage.ts';
import type { Pkcs12File, Pkcs12Files } from './methods/pkcs12-file.ts';
import { type Observation, viewTrustpoint } from './observation.ts';
import type { RenewalOrders } from './renewal.ts';
import { planRetirement, planRoll } from './rolling.ts';

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
      /** Of a self-signed certificate: other trustpoints whose own goes with it. */
      readonly mayReplace?: readonly string[];
    }
  | {
      readonly kind: 'import';
      readonly why: string;
      readonly trustpoint: string;
      /** Opened and checked; undefined in a preview, for which no file is read. */
      readonly file?: Pkcs12File;
      /** Where the router reads it; pasted when absent. */
      readonly url?: string;
      readonly release: Observation['release'];
      /** A key pair of the trustpoint's name is there that nothing uses any more. */
      readonly mayReplaceKey: boolean;
      readonly replaces?: ReplacedCertificate;
    }
  | {
      /** Lines that stand beside a trustpoint's own. */
      readonly kind: 'configure-beside';
      readonly why: string;
      readonly trustpoint: string;
      /** `HTTPS server`, `enrollment profile BRANCH`. */
      readonly about: string;
      readonly lines: readonly ConfigLine[];
      /** Typed only when its certificate is there. */
      readonly needsCertificate: boolean;
    }
  | {
      readonly kind: 'await-grant';
      readonly why: string;
      readonly trustpoint: string;
      /** The certificate has come to an offline CA's folder: the router will be given it. */
      readonly imports?: true;
    }
  | {
      readonly kind: 'switch';
      readonly why: string;
      /** The new generation. */
      readonly trustpoint: string;
      readonly from: string;
      readonly lines: readonly ConfigLine[];
      /** The same lines with the names exchanged. */
      readonly undo: readonly ConfigLine[];
    }
  | {
      readonly kind: 'retire';
      readonly why: string;
      readonly trustpoint: string;
      /** False when an earlier run was cut off behind its removal. */
      readonly isThere: boolean;
      /** Its key pair; undefined when that is gone already. */
      readonly keypair?: { readonly label: string; readonly type: 'rsa' | 'ec' };
    }
  | { readonly kind: 'save'; readonly why: string };

/** What is done only when the certificates are proved. */
export type LateAction = Extract<Action, { kind: 'switch' | 'retire' }>;

export function isLate(action: Action): action is LateAction {
  return action.kind === 'switch' || action.kind === 'retire';
}

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

export type Purpose = ({ readonly kind: 'enroll' } | ({ readonly kind: 'renew' } & RenewalOrders)) & {
  /** The device's PKCS#12 files; absent for a preview, which reads none. */
  readonly files?: Pkcs12Files;
};

/** A roll that was begun goes on, though only in a window. */
const AT_ONCE = { kind: 'percent-of-life-left', percent: 100 } as const;

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
  const draft = new Draft(rendered, observation, { now, consents, files: purpose.files });
  const trustpoints = parentsFirst(
    rendered.device.trustpoints.map((trustpoint) => ({
      trustpoint,
      view: viewTrustpoint(observation, trustpoint.name),
      blocks: rendered.blocks.filter((block) => block.trustpoint === trustpoint.name),
    })),
  );
  if (purpose.kind === 'enroll') {
    draft.planClock(rendered.blocks);
    for (const { trustpoint, view, blocks } of trustpoints) {
      draft.planEnrollment(trustpoint, view, blocks);
      draft.planHttps(trustpoint, blocks);
    }
  } else {
    const { rolls } = purpose;
    // A CA certificate alone is no certificate of the router's to renew.
    const renewable = trustpoints.filter(({ trustpoint }) => hasIdentity(trustpoint.method));
    const due = renewable.filter(({ trustpoint, view }) =>
      draft.decide(
        trustpoint,
        view,
        rolls?.next.get(trustpoint.name)?.isBegun === true ? { ...purpose, before: AT_ONCE } : purpose,
      ),
    );
    if (due.length > 0) draft.planClock(rendered.blocks);
    for (const { trustpoint, view, blocks } of due) {
      const roll = rolls?.next.get(trustpoint.name);
      if (roll === undefined) draft.planRenewal(trustpoint, view, blocks);
      else planRoll(draft, roll, observation);
    }
    if (consents.has('retire'))
      for (const old of rolls?.old ?? []) planRetirement(draft, old, observation, now);
  }
  draft.planSave(
    purpose.kind,
    trustpoints.map(({ view }) => view),
  );
  return draft;
}
