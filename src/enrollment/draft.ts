import { maskedText } from '../domain/config-line.ts';
import type { Consent } from '../domain/consent.ts';
import type { Device } from '../domain/device.ts';
import { DeviceError } from '../domain/errors.ts';
import { usesOf } from '../domain/key-use.ts';
import { asksCa, hasIdentity, makesKey } from '../domain/method.ts';
import type { RenewalDecision } from '../domain/result.ts';
import type { StepName } from '../domain/step.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { maskConfigSecrets } from '../log/mask-config.ts';
import type { ReplacedCertificate } from '../pki/verify.ts';
import { isTrustpointBlock } from '../template/blocks.ts';
import type { RenderedBlock, RenderedDevice } from '../template/render.ts';
import { findConflict, IN_CERTIFICATE, spoilingLines } from './conflicts.ts';
import { compareLines, type Drift, onlyForRequests, removalOf } from './drift.ts';
import {
  hasEnded,
  heldIn,
  inPlace,
  isUnsaved,
  NOTHING,
  replacedBy,
  whyItWaits,
} from './held-certificates.ts';
import { planHttps } from './https-server.ts';
import { ON_CURVE, planKeypair } from './key-plan.ts';
import type { Pkcs12Files } from './methods/pkcs12-file.ts';
import { planImport, withFile } from './methods/pkcs12-plan.ts';
import { planProfile } from './methods/profile.ts';
import { planSigning } from './methods/selfsigned.ts';
import { identityFor, type Observation, type TrustpointView } from './observation.ts';
import { isPinned } from './pins.ts';
import type { Action, Plan } from './plan.ts';
import { decideRenewal, type RenewalOrders } from './renewal.ts';
import { type Speech, speechFor } from './speech.ts';
import { judgeClock } from './trusted-clock.ts';
import { isRequestAhead, isWrittenByRouter, regenerateLine, wantedLines } from './trustpoint-lines.ts';

/** What a plan is made with, besides what a router is to be and is. */
interface Given {
  readonly now: Date;
  readonly consents: ReadonlySet<Consent>;
  readonly files: Pkcs12Files | undefined;
}

/** A plan while it is made: each method adds what one part of the router needs. */
export class Draft implements Plan {
  readonly actions: Action[] = [];
  readonly alreadyTrue: { step: StepName; trustpoint?: string; note: string }[] = [];
  readonly decisions: RenewalDecision[] = [];
  readonly notes: string[] = [];
  private readonly device: Device;
  private readonly observation: Observation;
  private readonly now: Date;
  private readonly consents: ReadonlySet<Consent>;
  private readonly pkcs12: RenderedDevice['pkcs12'];
  private readonly files: Pkcs12Files | undefined;
  private readonly speech: Speech;

  constructor({ device, pkcs12 }: RenderedDevice, observation: Observation, given: Given) {
    this.device = device;
    this.pkcs12 = pkcs12;
    this.observation = observation;
    this.now = given.now;
    this.consents = given.consents;
    this.files = given.files;
    this.speech = speechFor(observation);
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
    const why = verdict.trusted ? `clock or NTP lines missing: ${missing.length}` : verdict.why;
    this.actions.push({ kind: 'set-clock', why, lines: missing, adjust: !verdict.trusted });
  }

  planEnrollment(trustpoint: Trustpoint, found: TrustpointView, blocks: readonly RenderedBlock[]): void {
    if (trustpoint.method.kind === 'pkcs12') {
      this.import(trustpoint, found, blocks);
      return;
    }
    const view = this.removed(trustpoint, found, blocks) ? NOTHING : found;
    const held = this.replaced(trustpoint, view);
    const expired = held !== undefined && hasEnded(held, this.now) ? held : undefined;
    const renamed = expired === undefined ? this.renamedCertificate(trustpoint, view, blocks) : undefined;
    if (trustpoint.method.kind === 'profile') this.profile(trustpoint, view, blocks);
    this.configure(trustpoint, view, blocks, expired !== undefined || renamed !== undefined);
    if (makesKey(trustpoint.method)) this.keypair(trustpoint, blocks);
    if (asksCa(trustpoint.method)) this.authenticate(trustpoint, view);
    if (!hasIdentity(trustpoint.method)) return;
    const waits = whyItWaits(trustpoint, view);
    if (waits !== undefined) {
      const imports = view.errand?.kind === 'answered' ? ({ imports: true } as const) : {};
      this.actions.push({ kind: 'await-grant', why: waits, trustpoint: trustpoint.name, ...imports });
    } else if (view.identity === undefined && view.printed === undefined) {
      this.enroll(trustpoint, 'the router holds no certificate for this trustpoint', { challenge: true });
    } else if (expired !== undefined) {
      const why = `the certificate ended on ${expired.notAfter.toISOString()}`;
      this.enroll(trustpoint, why, { challenge: true, replaces: expired });
    } else if (renamed !== undefined) {
      const why = 'its names differ from the inventory’s, and --reissue names this device';
      this.enroll(trustpoint, why, { challenge: trustpoint.authority.renewalChallenge, replaces: renamed });
    } else if (usesOf(trustpoint.key).some((use) => identityFor(view, use) === undefined)) {
      const replaces = this.replaced(trustpoint, view);
      const why = 'one of its two certificates is missing';
      this.enroll(trustpoint, why, { challenge: true, ...(replaces === undefined ? {} : { replaces }) });
    } else {
      this.alreadyTrue.push({ step: 'enroll', trustpoint: trustpoint.name, note: inPlace(view) });
    }
  }

  /** Whether the trustpoint is to be renewed; the reason is kept either way. */
  decide(trustpoint: Trustpoint, view: TrustpointView, orders: RenewalOrders): boolean {
    const { device, observation: router } = this;
    const decided = decideRenewal({ device, trustpoint, view, router }, orders, this.now);
    const decision = withFile(decided, view, this.files?.get(trustpoint.name));
    this.decisions.push(decision);
    if (decision.decision === 'pending') {
      const imports = view.errand?.kind === 'answered' ? ({ imports: true } as const) : {};
      const { reason: why } = decision;
      this.actions.push({ kind: 'await-grant', why, trustpoint: trustpoint.name, ...imports });
    }
    return decision.decision === 'due';
  }

  planRenewal(trustpoint: Trustpoint, view: TrustpointView, blocks: readonly RenderedBlock[]): void {
    if (trustpoint.method.kind === 'pkcs12') {
      this.import(trustpoint, view, blocks);
      return;
    }
    const replaces = this.replaced(trustpoint, view);
    if (replaces === undefined) {
      throw new DeviceError(
        'output-unreadable',
        `${trustpoint.name}: the certificate to renew could not be read`,
      );
    }
    if (trustpoint.method.kind === 'profile') this.profile(trustpoint, view, blocks);
    this.configure(trustpoint, view, blocks, true);
    this.keypair(trustpoint, blocks);
    if (asksCa(trustpoint.method)) this.authenticate(trustpoint, view);
    const decision = this.decisions.find((made) => made.trustpoint === trustpoint.name);
    this.enroll(trustpoint, decision?.reason ?? '', {
      challenge: trustpoint.authority.renewalChallenge,
      replaces,
    });
  }

  /** Behind everything else of a trustpoint: the HTTPS server makes a certificate of its own where there is none. */
  planHttps(trustpoint: Trustpoint, blocks: readonly RenderedBlock[]): void {
    if (trustpoint.https !== true) return;
    const action = planHttps(trustpoint, this.observation, blocks);
    if (action !== undefined) this.actions.push(action);
    else {
      const note = 'the HTTPS server is on and shows its certificate';
      this.alreadyTrue.push({ step: 'configure', trustpoint: trustpoint.name, note });
    }
  }

  /** A run that has nothing else to do saves for `enroll` only: a router that is not due is left untouched. */
  planSave(kind: 'enroll' | 'renew', views: readonly TrustpointView[]): void {
    const unsaved = views.filter((view) => isUnsaved(view, this.observation));
    if (this.actions.length > 0)
      this.actions.push({ kind: 'save', why: 'the configuration will have changed' });
    else if (unsaved.length > 0 && kind === 'enroll')
      this.actions.push({ kind: 'save', why: 'the startup configuration lacks the certificate' });
    else if (unsaved.length > 0)
      this.notes.push(
        `the startup configuration lacks certificate ${unsaved.flatMap((view) => heldIn(view).map(({ serial }) => serial)).join(', ')}, so a reload would lose it: trustfleet enroll saves it`,
      );
    else this.alreadyTrue.push({ step: 'save', note: 'the startup configuration holds the certificates' });
  }

  private configure(
    trustpoint: Trustpoint,
    view: TrustpointView,
    blocks: readonly RenderedBlock[],
    certificateWillChange: boolean,
  ): void {
    const [head, ...all] = blocks.find(({ name }) => isTrustpointBlock(name))?.lines ?? [];
    if (head === undefined)
      throw new DeviceError('internal', `${trustpoint.name}: its template rendered no line`);
    const { lines: wanted, leftOut } = this.speech.askable(trustpoint.name, all);
    if (leftOut.length > 0)
      this.notes.push(
        `${trustpoint.name}: left out, for this release has no such line: ${leftOut.join('; ')}`,
      );
    const drift = compareLines(wanted, view.lines?.lines ?? []);
    const later = isRequestAhead(trustpoint, view, certificateWillChange) ? [] : onlyForRequests(drift);
    const conflict = findConflict({
      trustpoint,
      view,
      drift,
      others: this.observation.running.trustpoints,
      // The next generation is none of the device's yet.
      ownTrustpoints: [...this.device.trustpoints, trustpoint],
      keypairs: this.observation.keypairs,
      certificateWillChange,
      consents: this.consents,
    });
    if (conflict !== undefined) throw conflict;
    const spoiling = this.consents.has('adopt-trustpoint') ? spoilingLines(drift.foreign) : [];
    const left = drift.foreign.filter((line) => !spoiling.includes(line));
    if (left.length > 0) {
      this.notes.push(
        `${trustpoint.name}: lines that the inventory does not name were left: ${left.map(maskConfigSecrets).join('; ')}`,
      );
    }
    const regenerate = regenerateLine(
      trustpoint,
      drift.foreign,
      certificateWillChange && view.identity !== undefined,
    );
    this.speech.askable(trustpoint.name, regenerate);
    const missing = [
      ...spoiling.map(removalOf),
      ...drift.missing.filter((line) => !later.includes(line) && !isWrittenByRouter(line)),
      ...regenerate,
    ];
    if (later.length > 0) {
      this.notes.push(
        `${trustpoint.name}: the router shows no line for “${later.map(maskedText).join('; ')}”: it may be its default; it is typed before the next request`,
      );
    }
    if (view.lines !== undefined && missing.length === 0) {
      this.alreadyTrue.push({
        step: 'configure',
        trustpoint: trustpoint.name,
        note: 'all lines are in place',
      });
      return;
    }
    const differ = missing.length === 1 ? '1 line differs' : `${missing.length} lines differ`;
    const why = view.lines === undefined ? 'the trustpoint is not configured' : differ;
    this.actions.push({
      kind: 'configure',
      why,
      trustpoint: trustpoint.name,
      lines: this.speech.typed([head, ...missing], drift),
    });
  }

  /** The router takes no trustpoint that names a profile it does not have. */
  private profile(trustpoint: Trustpoint, view: TrustpointView, blocks: readonly RenderedBlock[]): void {
    const { observation, consents } = this;
    const { action, left } = planProfile({ trustpoint, view, observation, blocks, consents });
    if (left.length > 0)
      this.notes.push(
        `${trustpoint.name}: lines of its profile that nobody asked for were left: ${left.join('; ')}`,
      );
    if (action === undefined) {
      const note = 'all lines of the enrollment profile are in place';
      this.alreadyTrue.push({ step: 'configure', trustpoint: trustpoint.name, note });
    } else this.actions.push({ ...action, lines: this.speech.typed(action.lines, NO_DRIFT) });
  }

  /** The import makes the trustpoint; what else it is to say is typed behind it. */
  private import(trustpoint: Trustpoint, view: TrustpointView, blocks: readonly RenderedBlock[]): void {
    const { observation, consents } = this;
    const { name } = trustpoint;
    const file = this.files?.get(name);
    const url = this.pkcs12?.get(name)?.url;
    const planned = planImport({ trustpoint, view, observation, consents, file, url });
    this.actions.push(...planned);
    const isRemoved = planned.some(({ kind }) => kind === 'remove-trustpoint');
    this.configure(trustpoint, isRemoved ? NOTHING : view, blocks, planned.length > 0);
    if (planned.length === 0) {
      const note = `${inPlace(view)}, as in ${file?.path ?? 'its file'}`;
      this.alreadyTrue.push({ step: 'enroll', trustpoint: name, note });
    }
  }

  /** With the operator's word a trustpoint of another CA or URL goes, certificates and all; its key pair stays. */
  private removed(trustpoint: Trustpoint, view: TrustpointView, blocks: readonly RenderedBlock[]): boolean {
    if (!this.consents.has('replace-ca') || view.authorities.length === 0) return false;
    const trusted = view.authorities.some(
      (own) => own.kind === 'ca' && isPinned(own, trustpoint.authority.fingerprints),
    );
    const { changed } = compareLines(wantedLines(blocks), view.lines?.lines ?? []);
    if (trusted && !changed.some(({ head }) => head === 'enrollment url')) return false;
    const why = trusted ? 'it enrolls at another URL' : 'it trusts another CA';
    this.actions.push({
      kind: 'remove-trustpoint',
      why: `${why}, and --replace-ca names this device`,
      trustpoint: trustpoint.name,
    });
    return true;
  }

  /** The certificate in force whose names the inventory has changed, where the operator wants it replaced. */
  private renamedCertificate(
    trustpoint: Trustpoint,
    view: TrustpointView,
    blocks: readonly RenderedBlock[],
  ): ReplacedCertificate | undefined {
    if (!this.consents.has('reissue')) return undefined;
    const { changed } = compareLines(wantedLines(blocks), view.lines?.lines ?? []);
    if (!changed.some(({ head }) => IN_CERTIFICATE.has(head))) return undefined;
    return this.replaced(trustpoint, view);
  }

  private keypair(trustpoint: Trustpoint, blocks: readonly RenderedBlock[]): void {
    const { actions, speech, observation } = this;
    const planned = planKeypair(trustpoint, blocks, observation, { actions, speech });
    if (planned !== undefined && 'kind' in planned) this.actions.push(planned);
    else if (planned !== undefined)
      this.alreadyTrue.push({ step: 'generate-keypair', trustpoint: trustpoint.name, ...planned });
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
    request: { challenge: boolean; replaces?: ReplacedCertificate },
  ): void {
    if (trustpoint.method.kind === 'selfsigned') {
      const { trustpoints } = this.observation.running;
      this.actions.push(planSigning(trustpoint.name, trustpoints, { why, ...request }));
      return;
    }
    if (trustpoint.key.type === 'ec' && trustpoint.method.kind === 'scep') {
      this.notes.push(`${trustpoint.name}: ${ON_CURVE}`);
    }
    const challenge = request.challenge && trustpoint.authority.challenge.kind !== 'none';
    this.actions.push({ kind: 'enroll', why, trustpoint: trustpoint.name, ...request, challenge });
    this.actions.push({ kind: 'await-grant', why: 'the CA has to answer', trustpoint: trustpoint.name });
  }

  private replaced(trustpoint: Trustpoint, view: TrustpointView): ReplacedCertificate | undefined {
    return replacedBy(trustpoint, view, this.observation.keypairs);
  }
}

const NO_DRIFT: Drift = { missing: [], changed: [], foreign: [] };
