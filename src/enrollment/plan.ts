import type { ConfigLine } from '../domain/config-line.ts';
import type { Device } from '../domain/device.ts';
import { DeviceError } from '../domain/errors.ts';
import type { RenewalDecision } from '../domain/result.ts';
import type { StepName } from '../domain/step.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { decodeCertificate } from '../pki/decode.ts';
import type { RenderedBlock, RenderedDevice } from '../template/render.ts';
import { findConflict } from './conflicts.ts';
import { compareLines } from './drift.ts';
import { type Observation, type TrustpointView, viewTrustpoint } from './observation.ts';
import { decideRenewal } from './renewal.ts';
import { judgeClock } from './trusted-clock.ts';

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
  | {
      readonly kind: 'generate-keypair';
      readonly why: string;
      readonly trustpoint: string;
      readonly label: string;
      readonly command: ConfigLine;
    }
  | { readonly kind: 'authenticate'; readonly why: string; readonly trustpoint: string }
  | {
      readonly kind: 'enroll';
      readonly why: string;
      readonly trustpoint: string;
      /** A certificate is there and will be replaced when the new one arrives. */
      readonly replaces?: { readonly serial: string; readonly notAfter: Date };
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

export type Purpose =
  | { readonly kind: 'enroll' }
  | { readonly kind: 'renew'; readonly before?: Trustpoint['renew']['before'] };

/**
 * Decides from what a router says of itself. Pure: the same arguments give the same plan.
 * Throws DeviceError `plan-conflict` or `keypair-conflict` when going on would touch what must not be touched.
 */
export function planDevice(
  rendered: RenderedDevice,
  observation: Observation,
  purpose: Purpose,
  now: Date,
): Plan {
  const draft = new Draft(rendered.device, observation, now);
  const trustpoints = rendered.device.trustpoints.map((trustpoint) => ({
    trustpoint,
    view: viewTrustpoint(observation, trustpoint.name),
    blocks: rendered.blocks.filter((block) => block.trustpoint === trustpoint.name),
  }));
  if (purpose.kind === 'enroll') {
    draft.planClock(rendered.blocks);
    for (const { trustpoint, view, blocks } of trustpoints) draft.planEnrollment(trustpoint, view, blocks);
  } else {
    const due = trustpoints.filter(({ trustpoint, view }) => draft.decide(trustpoint, view, purpose.before));
    if (due.length > 0) draft.planClock(rendered.blocks);
    for (const { trustpoint, view, blocks } of due) draft.planRenewal(trustpoint, view, blocks);
  }
  draft.planSave(purpose.kind === 'enroll' ? trustpoints.map(({ view }) => view) : []);
  return draft;
}

class Draft implements Plan {
  readonly actions: Action[] = [];
  readonly alreadyTrue: { step: StepName; trustpoint?: string; note: string }[] = [];
  readonly decisions: RenewalDecision[] = [];
  readonly notes: string[] = [];
  private readonly device: Device;
  private readonly observation: Observation;
  private readonly now: Date;

  constructor(device: Device, observation: Observation, now: Date) {
    this.device = device;
    this.observation = observation;
    this.now = now;
  }

  planClock(blocks: readonly RenderedBlock[]): void {
    const wanted = blocks
      .filter(({ name }) => name === 'clock' || name === 'ntp')
      .flatMap(({ lines }) => lines);
    const { missing } = compareLines(wanted, this.observation.timeLines);
    const verdict = judgeClock(this.observation, this.observation.timeLines, this.device.clock);
    if (missing.length === 0 && verdict.trusted) {
      this.alreadyTrue.push({ step: 'set-clock', note: verdict.why });
      return;
    }
    const why = verdict.trusted ? `${missing.length} clock or NTP lines are missing` : verdict.why;
    this.actions.push({ kind: 'set-clock', why, lines: missing, adjust: !verdict.trusted });
  }

  planEnrollment(trustpoint: Trustpoint, view: TrustpointView, blocks: readonly RenderedBlock[]): void {
    const expired = this.expiredCertificate(view);
    this.configure(trustpoint, view, blocks, expired !== undefined);
    this.keypair(trustpoint, blocks);
    this.authenticate(trustpoint, view);
    if (view.stage === 'pending') {
      this.actions.push({
        kind: 'await-grant',
        why: 'a request is pending at the CA; no second one is made',
        trustpoint: trustpoint.name,
      });
    } else if (view.identity === undefined && view.printed === undefined) {
      this.enroll(trustpoint, 'the router holds no certificate for this trustpoint', { challenge: true });
    } else if (expired !== undefined) {
      const why = `the certificate ended on ${expired.notAfter.toISOString()}`;
      this.enroll(trustpoint, why, { challenge: true, replaces: expired });
    } else {
      const note = `certificate ${view.printed?.serial ?? view.identity?.serial ?? ''} is in place`;
      this.alreadyTrue.push({ step: 'enroll', trustpoint: trustpoint.name, note });
    }
  }

  /** Whether the trustpoint is to be renewed; the reason is kept either way. */
  decide(
    trustpoint: Trustpoint,
    view: TrustpointView,
    before: Trustpoint['renew']['before'] | undefined,
  ): boolean {
    const decision = decideRenewal(trustpoint, view, before ?? trustpoint.renew.before, this.now);
    this.decisions.push(decision);
    if (decision.decision === 'pending') {
      this.actions.push({ kind: 'await-grant', why: decision.reason, trustpoint: trustpoint.name });
    }
    return decision.decision === 'due';
  }

  planRenewal(trustpoint: Trustpoint, view: TrustpointView, blocks: readonly RenderedBlock[]): void {
    if (view.identity?.der === undefined) {
      throw new DeviceError(
        'output-unreadable',
        `${trustpoint.name}: the certificate to renew could not be read`,
      );
    }
    const { serial, notAfter } = decodeCertificate(view.identity.der);
    this.configure(trustpoint, view, blocks, true);
    this.keypair(trustpoint, blocks);
    this.authenticate(trustpoint, view);
    const reason = this.decisions.at(-1)?.reason ?? '';
    this.enroll(trustpoint, reason, {
      challenge: trustpoint.authority.renewalChallenge,
      replaces: { serial, notAfter },
    });
  }

  planSave(views: readonly TrustpointView[]): void {
    const unsaved = views.filter((view) => isUnsaved(view, this.observation)).length;
    if (this.actions.length > 0)
      this.actions.push({ kind: 'save', why: 'the configuration will have changed' });
    else if (unsaved > 0)
      this.actions.push({ kind: 'save', why: 'the startup configuration lacks the certificate' });
    else this.alreadyTrue.push({ step: 'save', note: 'the startup configuration holds the certificates' });
  }

  private configure(
    trustpoint: Trustpoint,
    view: TrustpointView,
    blocks: readonly RenderedBlock[],
    certificateWillChange: boolean,
  ): void {
    const [head, ...wanted] = blocks.find(({ name }) => name === 'trustpoint-scep')?.lines ?? [];
    if (head === undefined)
      throw new DeviceError('internal', `${trustpoint.name}: its template rendered no line`);
    const drift = compareLines(wanted, view.lines?.lines ?? []);
    const conflict = findConflict({
      trustpoint,
      view,
      drift,
      others: this.observation.running.trustpoints,
      ownTrustpoints: this.device.trustpoints,
      keypairs: this.observation.keypairs,
      certificateWillChange,
    });
    if (conflict !== undefined) throw conflict;
    if (drift.foreign.length > 0) {
      this.notes.push(
        `${trustpoint.name}: lines that the inventory does not name were left: ${drift.foreign.join('; ')}`,
      );
    }
    const regenerate = regenerateLine(
      trustpoint,
      drift.foreign,
      certificateWillChange && view.identity !== undefined,
    );
    const missing = [...drift.missing, ...regenerate];
    if (view.lines !== undefined && missing.length === 0) {
      this.alreadyTrue.push({
        step: 'configure',
        trustpoint: trustpoint.name,
        note: 'all lines are in place',
      });
      return;
    }
    const why =
      view.lines === undefined ? 'the trustpoint is not configured' : `${missing.length} lines differ`;
    this.actions.push({ kind: 'configure', why, trustpoint: trustpoint.name, lines: [head, ...missing] });
  }

  private keypair(trustpoint: Trustpoint, blocks: readonly RenderedBlock[]): void {
    const { label } = trustpoint.key;
    const present = this.observation.keypairs.find((keypair) => keypair.label === label);
    if (present !== undefined) {
      const note = `key pair ${label} exists, ${present.bits} bits; it is used as it is`;
      this.alreadyTrue.push({ step: 'generate-keypair', trustpoint: trustpoint.name, note });
      return;
    }
    if (this.actions.some((action) => action.kind === 'generate-keypair' && action.label === label)) return;
    const command = blocks.find(({ name }) => name === 'keypair')?.lines[0];
    if (command === undefined)
      throw new DeviceError('internal', `${trustpoint.name}: no key pair command was rendered`);
    const why = `there is no key pair ${label}`;
    this.actions.push({ kind: 'generate-keypair', why, trustpoint: trustpoint.name, label, command });
  }

  private authenticate(trustpoint: Trustpoint, view: TrustpointView): void {
    if (view.authorities.some(({ kind }) => kind === 'ca')) {
      const note = 'the CA certificate with the pinned fingerprint is in place';
      this.alreadyTrue.push({ step: 'authenticate', trustpoint: trustpoint.name, note });
      return;
    }
    const why = 'the router holds no CA certificate for this trustpoint';
    this.actions.push({ kind: 'authenticate', why, trustpoint: trustpoint.name });
  }

  private enroll(
    trustpoint: Trustpoint,
    why: string,
    request: { challenge: boolean; replaces?: { serial: string; notAfter: Date } },
  ): void {
    const challenge = request.challenge && trustpoint.authority.challenge.kind !== 'none';
    this.actions.push({ kind: 'enroll', why, trustpoint: trustpoint.name, ...request, challenge });
    this.actions.push({ kind: 'await-grant', why: 'the CA has to answer', trustpoint: trustpoint.name });
  }

  private expiredCertificate(view: TrustpointView): { serial: string; notAfter: Date } | undefined {
    if (view.identity?.der === undefined) return undefined;
    const { serial, notAfter } = decodeCertificate(view.identity.der);
    return notAfter <= this.now ? { serial, notAfter } : undefined;
  }
}

/** New keys at a renewal are the router's own business: `regenerate` keeps the old key until the grant. */
function regenerateLine(
  trustpoint: Trustpoint,
  foreign: readonly string[],
  renewal: boolean,
): readonly ConfigLine[] {
  if (!renewal || !trustpoint.renew.regenerate || foreign.includes('regenerate')) return [];
  return [{ parts: ['regenerate'] }];
}

function isUnsaved(view: TrustpointView, { startup }: Observation): boolean {
  if (view.identity === undefined || startup === undefined) return false;
  return !startup.chains.some(({ certificates }) =>
    certificates.some(({ serial }) => serial === view.identity?.serial),
  );
}
