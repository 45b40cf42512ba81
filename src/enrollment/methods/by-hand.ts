import { usesOf } from '../../domain/key-use.ts';
import { submissionOf } from '../../domain/method.ts';
import type { Trustpoint } from '../../domain/trustpoint.ts';
import { importCertificate, importCertificateCommand } from '../../ios/dialogues/import-certificate.ts';
import { printRequest, printRequestCommand } from '../../ios/dialogues/print-request.ts';
import { conditional, type ForeseenLine, foreseeConversation } from '../../ios/foreseen.ts';
import { formatPem } from '../../pki/pem.ts';
import { Couriers, type OfflineSubmission } from '../couriers.ts';
import type { DeviceRecord } from '../record.ts';
import { type StepContext, trustpointOf } from '../steps/context.ts';
import { caCertificates } from './ca-text.ts';
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
import { findStanding } from './standing.ts';

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
  { trustpoint: name, replaces }: { readonly trustpoint: string; readonly replaces?: object },
): Promise<boolean> {
  const trustpoint = trustpointOf(context, name);
  const dispatches = await record.step('enroll', name, async (note) => {
    const held = await holdingOf(context.session, trustpoint);
    const requests = await makeRequests(context, trustpoint, held, { reenroll: replaces !== undefined });
    const made = await handOver(context, trustpoint, requests, held);
    note(`the request was checked; it is ${placeOf(context, trustpoint)}`);
    return made;
  });
  return bringBack(context, record, trustpoint, dispatches);
}

/** The same for a request of an earlier run: no other one is made as long as it, or its answer, is there. */
export async function resumeByHand(
  context: StepContext,
  record: DeviceRecord,
  name: string,
): Promise<boolean> {
  const trustpoint = trustpointOf(context, name);
  const held = await holdingOf(context.session, trustpoint);
  const standing = await findStanding(context, trustpoint, held);
  if (standing === undefined) return enrollByHand(context, record, { trustpoint: name });
  if (standing.kind === 'answered') {
    await record.step('await-grant', name, (note) =>
      giveToRouter(context, trustpoint, standing.answers, note),
    );
    return false;
  }
  const dispatches = await handOver(context, trustpoint, standing.requests, held);
  return bringBack(context, record, trustpoint, dispatches);
}

async function makeRequests(
  context: StepContext,
  trustpoint: Trustpoint,
  { keypairs }: Holding,
  { reenroll }: { readonly reenroll: boolean },
): Promise<readonly RouterRequest[]> {
  const { session, device } = context;
  const printed = await printRequest(session, {
    ...factsOf(trustpoint, reenroll),
    timeoutMs: device.timeouts.command,
  });
  return readRouterRequests(context, trustpoint, printed, keypairs);
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
  const courier = couriers.for(offlineOf(trustpoint));
  const circumstances = circumstancesOf(trustpoint, chain, all);
  const dispatches = requests.map(({ use, request }) => ({
    courier,
    errand: { ...aboutErrand(device.name, trustpoint, use), request, ...circumstances },
  }));
  for (const { errand } of dispatches) {
    await courier.deliver(errand, signal).catch((thrown: unknown) => {
      throw told(trustpoint.name, thrown);
    });
  }
  return dispatches;
}

async function bringBack(
  context: StepContext,
  record: DeviceRecord,
  trustpoint: Trustpoint,
  dispatches: readonly Dispatch[],
): Promise<boolean> {
  const { name, grantTimeoutMs } = trustpoint;
  return record.step('await-grant', name, async (note) => {
    const { signal } = context;
    const answers = await awaitAnswers(dispatches, { signal, timeoutMs: grantTimeoutMs });
    if (answers !== undefined) {
      await giveToRouter(context, trustpoint, answers, note);
      return false;
    }
    const requests = dispatches.map(({ errand }) => fingerprintsOf(errand.request)).join(' and ');
    const place = placeOf(context, trustpoint);
    note(`no answer yet; the request is ${place}`);
    record.notes.push(`${name}: waits for the CA's operator; request ${requests}, ${place}`);
    return true;
  });
}

async function giveToRouter(
  { session, device }: StepContext,
  { name }: Trustpoint,
  answers: readonly Answered[],
  note: (text: string) => void,
): Promise<void> {
  for (const { answer } of answers) {
    const pem = formatPem(answer.certificate.der).trimEnd().split('\n');
    await importCertificate(session, { trustpoint: name, pem, timeoutMs: device.timeouts.command });
  }
  for (const answered of answers) await answered.settle();
  const serials = answers.map(({ answer }) => answer.certificate.serial).join(' and ');
  const from = [...new Set(answers.map(({ answer }) => answer.from))].join(' and ');
  note(`certificate ${serials}, from ${from}`);
}

function factsOf(
  { name, serialNumber, ipAddress }: Trustpoint,
  reenroll: boolean,
): Parameters<typeof printRequestCommand>[0] {
  return { trustpoint: name, serialNumber, ipAddress, reenroll };
}

function offlineOf({ name, method }: Trustpoint): OfflineSubmission {
  const submission = submissionOf(method);
  if (submission === undefined || submission.kind === 'scep')
    throw new Error(`${name} goes to no CA that is offline`);
  return submission;
}

/** Where the requests wait for their answers, for people. */
function placeOf(context: StepContext, trustpoint: Trustpoint): string {
  const { couriers = new Couriers(context), device } = context;
  const submission = offlineOf(trustpoint);
  if (submission.kind === 'command') return `with ${submission.argv[0] ?? ''}`;
  const files = usesOf(trustpoint.key).map((use) =>
    couriers.directory(submission).fileOf(aboutErrand(device.name, trustpoint, use)),
  );
  return `in ${files.join(' and ')}`;
}

/** The lines that `enrollByHand` types up to the request. */
export function foreseeRequestByHand(trustpoint: Trustpoint, reenroll: boolean): readonly ForeseenLine[] {
  return [
    ...foreseeHolding(trustpoint.key),
    ...foreseeConversation(printRequestCommand(factsOf(trustpoint, reenroll))),
  ];
}

/** The lines that give the router its certificate; `isResumed`: the request was made by an earlier run. */
export function foreseeImportByHand(
  trustpoint: Trustpoint,
  { isResumed }: { readonly isResumed: boolean },
): readonly ForeseenLine[] {
  const imports = usesOf(trustpoint.key).flatMap(() =>
    foreseeConversation(importCertificateCommand(trustpoint.name)),
  );
  return [
    ...(isResumed ? foreseeHolding(trustpoint.key) : []),
    ...conditional('the CA has answered', imports),
  ];
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
