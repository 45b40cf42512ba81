import type { Delivery, PassedOver } from '../../courier/errand.ts';
import type { Device } from '../../domain/device.ts';
import { toDeviceError } from '../../domain/errors.ts';
import { formatFingerprint } from '../../domain/fingerprint.ts';
import { usesOf } from '../../domain/key-use.ts';
import { submissionOf } from '../../domain/method.ts';
import type { Trustpoint } from '../../domain/trustpoint.ts';
import { importCertificate, importCertificateCommand } from '../../ios/dialogues/import-certificate.ts';
import { printRequest, printRequestCommand } from '../../ios/dialogues/print-request.ts';
import { writeRequestCommand } from '../../ios/dialogues/write-request.ts';
import { conditional, type ForeseenLine, foreseeConversation } from '../../ios/foreseen.ts';
import { formatPem } from '../../pki/pem.ts';
import { Couriers } from '../couriers.ts';
import type { Action } from '../plan.ts';
import type { DeviceRecord } from '../record.ts';
import { type StepContext, trustpointOf } from '../steps/context.ts';
import { importFromFiles, isByFiles, transferOf, writtenRequests } from './by-files.ts';
import { caCertificates } from './ca-text.ts';
import { ChallengeInRequest, foreseeChallengeAround } from './challenge-in-request.ts';
import {
  type Answered,
  aboutErrand,
  awaitAnswers,
  circumstancesOf,
  type Dispatch,
  fingerprintsOf,
  told,
} from './errands.ts';
import { foreseeHolding, type Holding, holdingOf } from './holding.ts';
import { type RouterRequest, readRouterRequests } from './router-request.ts';
import { findStanding, placeOf } from './standing.ts';

/** Whether somebody other than the router takes its request to the CA. */
export function isByHand({ method }: Pick<Trustpoint, 'method'>): boolean {
  return submissionOf(method) !== undefined;
}

/**
 * Has the router make its request, checks it, takes it to the CA and brings the certificate back. Nothing is given to the
 * router that is not for its key or does not lead to the pinned CA. Returns whether the CA's answer is still awaited.
 *
 * Throws DeviceError `request-unfit`, `answer-unfit`, `courier-failed`, what `caCertificates` throws, or a dialogue.
 */
export async function enrollByHand(
  context: StepContext,
  record: DeviceRecord,
  action: ByHand,
): Promise<boolean> {
  const { trustpoint: name } = action;
  const trustpoint = trustpointOf(context, name);
  const challenge = new ChallengeInRequest(context, trustpoint, (line) =>
    record.notes.push(`${name}: ${line}`),
  );
  try {
    const dispatches = await record.step('enroll', name, async (note) => {
      const held = await holdingOf(context.session, trustpoint);
      const isWanted = action.challenge && submissionOf(trustpoint.method)?.kind === 'scep';
      const make = (): Promise<readonly RouterRequest[]> => makeRequests(context, action, held);
      const requests = await (isWanted ? challenge.around(make) : make());
      const made = await handOver(context, trustpoint, requests, held);
      const what =
        requests.length === 1 ? 'the request was checked; it is' : 'the requests were checked; they are';
      note(`${what} ${whereOf(context, trustpoint)}`);
      return made;
    });
    const isPending = await bringBack(context, record, trustpoint, dispatches);
    challenge.settle({ isAnswered: true });
    return isPending;
  } catch (thrown) {
    challenge.settle({ isAnswered: toDeviceError(thrown).code === 'request-rejected' });
    throw thrown;
  }
}

type ByHand = Pick<Extract<Action, { kind: 'enroll' }>, 'trustpoint' | 'replaces' | 'challenge'>;

/** The same for a request of an earlier run: no other one is made as long as it, or its answer, is there. */
export async function resumeByHand(
  context: StepContext,
  record: DeviceRecord,
  name: string,
): Promise<boolean> {
  const trustpoint = trustpointOf(context, name);
  const held = await holdingOf(context.session, trustpoint);
  const standing = await findStanding(context, trustpoint, held);
  if (standing === undefined) return enrollByHand(context, record, { trustpoint: name, challenge: true });
  if (standing.kind === 'answered') {
    await record.step('await-grant', name, (note) =>
      giveToRouter(context, trustpoint, standing.answers, note),
    );
    return false;
  }
  const dispatches = await handOver(context, trustpoint, standing.requests, held);
  // Whoever comes back later need not stay now.
  const stayMs = context.waitMs === undefined ? trustpoint.grantTimeoutMs : 0;
  return bringBack(context, record, trustpoint, dispatches, stayMs);
}

async function makeRequests(
  context: StepContext,
  { trustpoint: name, replaces }: ByHand,
  { keypairs }: Holding,
): Promise<readonly RouterRequest[]> {
  const { session, device } = context;
  const trustpoint = trustpointOf(context, name);
  const facts = factsOf(trustpoint, replaces !== undefined);
  const sources = isByFiles(trustpoint)
    ? await writtenRequests(context, trustpoint, facts)
    : await printRequest(session, { ...facts, timeoutMs: device.timeouts.command });
  return readRouterRequests(context, trustpoint, sources, keypairs);
}

/** Safe to do again: what was handed over before stays as it is. */
async function handOver(
  context: StepContext,
  trustpoint: Trustpoint,
  requests: readonly RouterRequest[],
  { chain }: Holding,
): Promise<readonly Dispatch[]> {
  const { couriers = new Couriers(context), device, signal } = context;
  const { all } = await caCertificates(context, trustpoint);
  const submission = submissionOf(trustpoint.method);
  if (submission === undefined) throw new Error(`${trustpoint.name}: the router asks the CA by itself`);
  const courier = couriers.for(submission, trustpoint.authority);
  const circumstances = circumstancesOf(trustpoint, chain, all);
  const dispatches: Dispatch[] = [];
  for (const { use, request } of requests) {
    const errand = { ...aboutErrand(device.name, trustpoint, use), request, ...circumstances };
    const delivery = await courier.deliver(errand, signal).catch((thrown: unknown) => {
      throw told(trustpoint.name, thrown);
    });
    dispatches.push({ courier, errand, delivery });
  }
  return dispatches;
}

async function bringBack(
  context: StepContext,
  record: DeviceRecord,
  trustpoint: Trustpoint,
  dispatches: readonly Dispatch[],
  timeoutMs = trustpoint.grantTimeoutMs,
): Promise<boolean> {
  const { name } = trustpoint;
  return record.step('await-grant', name, async (note) => {
    const { signal } = context;
    const answers = await awaitAnswers(dispatches, { signal, timeoutMs });
    if (answers !== undefined) {
      await giveToRouter(context, trustpoint, answers, note);
      record.requests.delete(name);
      return false;
    }
    const printed = dispatches.flatMap(({ errand }) => errand.request.fingerprints);
    record.requests.set(name, printed.filter(({ hash }) => hash !== 'SHA256').map(formatFingerprint));
    const requests = dispatches.map(({ errand }) => fingerprintsOf(errand.request)).join(' and ');
    const place = whereOf(context, trustpoint);
    note(`no answer yet; ${dispatches.length === 1 ? 'the request is' : 'the requests are'} ${place}`);
    record.notes.push(
      `${name}: waits for the CA's operator; ${dispatches.length === 1 ? 'request' : 'requests'} ${requests}, ${place}`,
    );
    for (const { file, reason } of dispatches.flatMap(({ delivery }) => passedOver(delivery)))
      record.notes.push(`${name}: ${file} is no answer: ${reason}`);
    return true;
  });
}

async function giveToRouter(
  context: StepContext,
  trustpoint: Trustpoint,
  answers: readonly Answered[],
  note: (text: string) => void,
): Promise<void> {
  if (isByFiles(trustpoint)) await importFromFiles(context, trustpoint, answers);
  else await pasteAll(context, trustpoint, answers);
  for (const answered of answers) await answered.settle();
  const serials = answers.map(({ answer }) => answer.certificate.serial).join(' and ');
  const from = [...new Set(answers.map(({ answer }) => answer.from))].join(' and ');
  note(`${answers.length === 1 ? 'certificate' : 'certificates'} ${serials}, from ${from}`);
}

async function pasteAll(
  { session, device }: StepContext,
  { name }: Trustpoint,
  answers: readonly Answered[],
): Promise<void> {
  for (const { answer } of answers) {
    const pem = formatPem(answer.certificate.der).trimEnd().split('\n');
    const timeoutMs = device.timeouts.command;
    await importCertificate(session, { trustpoint: name, certificate: { pem }, timeoutMs });
  }
}

function factsOf(
  { name, serialNumber, ipAddress }: Trustpoint,
  reenroll: boolean,
): Parameters<typeof printRequestCommand>[0] {
  return { trustpoint: name, serialNumber, ipAddress, reenroll };
}

function passedOver(delivery: Delivery): readonly PassedOver[] {
  return delivery.kind === 'waiting' ? delivery.passedOver : [];
}

function whereOf({ couriers, device, now }: StepContext, trustpoint: Trustpoint): string {
  return placeOf(couriers ?? new Couriers({ now }), trustpoint, device.name);
}

/** The lines that `enrollByHand` types up to the request. */
export function foreseeRequestByHand(
  device: Device,
  trustpoint: Trustpoint,
  { replaces, challenge }: Omit<ByHand, 'trustpoint'>,
): readonly ForeseenLine[] {
  const isWanted = challenge && submissionOf(trustpoint.method)?.kind === 'scep';
  const facts = factsOf(trustpoint, replaces !== undefined);
  const print = foreseeConversation(
    isByFiles(trustpoint)
      ? writeRequestCommand(facts, transferOf({ device }, trustpoint, 'req'))
      : printRequestCommand(facts),
  );
  return [
    ...foreseeHolding(trustpoint.key),
    ...(isWanted ? foreseeChallengeAround(trustpoint.name, print) : print),
  ];
}

/** The lines that give the router its certificate; `isResumed`: the request was made by an earlier run. */
export function foreseeImportByHand(
  device: Device,
  trustpoint: Trustpoint,
  { isResumed }: { readonly isResumed: boolean },
): readonly ForeseenLine[] {
  const resumed = isResumed ? foreseeHolding(trustpoint.key) : [];
  const { name, key } = trustpoint;
  if (!isByFiles(trustpoint)) {
    const imports = usesOf(key).flatMap(() => foreseeConversation(importCertificateCommand(name)));
    return [...resumed, ...conditional('the CA has answered', imports)];
  }
  const transfer = transferOf({ device }, trustpoint, 'crt');
  const once = foreseeConversation(importCertificateCommand(name, transfer));
  const again =
    usesOf(key).length > 1
      ? [...foreseeHolding(key), ...conditional('it has read one of the two files only', once)]
      : [];
  return [...resumed, ...conditional('the CA has answered', [...once, ...again])];
}

/** Who takes the request to the CA, for people. */
export function describeSubmission({ method }: Pick<Trustpoint, 'method'>): string {
  const submission = submissionOf(method);
  switch (submission?.kind) {
    case undefined:
      return 'the router asks the CA by itself';
    case 'scep':
      return 'trustfleet takes the request to the CA by SCEP';
    case 'directory':
      return `the request goes to ${submission.requests}, the certificate comes from ${submission.answers}`;
    case 'command':
      return `the request goes to ${submission.argv[0] ?? ''}, which writes the certificate`;
  }
}
