import type { Errand } from '../../courier/errand.ts';
import { DeviceError } from '../../domain/errors.ts';
import { usesOf } from '../../domain/key-use.ts';
import type { TftpMethod } from '../../domain/method.ts';
import type { Trustpoint } from '../../domain/trustpoint.ts';
import type { EnrollFacts } from '../../ios/dialogues/enroll-exchanges.ts';
import type { FileTransfer } from '../../ios/dialogues/file-questions.ts';
import { importCertificate } from '../../ios/dialogues/import-certificate.ts';
import { writeRequest } from '../../ios/dialogues/write-request.ts';
import type { StepContext } from '../steps/context.ts';
import { type Answered, halfOf } from './errands.ts';
import { holdingOf } from './holding.ts';
import { withFiles } from './with-files.ts';

type Place = Pick<StepContext, 'device' | 'tftp'>;
type Ending = 'ca' | 'req' | 'crt';

/** Whether the router writes and reads files of a TFTP server. */
export function isByFiles(
  trustpoint: Pick<Trustpoint, 'name' | 'method' | 'key'>,
): trustpoint is Trustpoint & { readonly method: TftpMethod } {
  return trustpoint.method.kind === 'tftp';
}

/** The files of one kind, as the router calls them (IOS security command reference, enrollment url). */
export function transferOf(
  { device }: Pick<StepContext, 'device'>,
  { name, key, method }: Trustpoint & { readonly method: TftpMethod },
  ending: Ending,
): FileTransfer {
  const halves = ending === 'ca' ? [undefined] : usesOf(key).map(halfOf);
  return { host: method.host, files: halves.map((half) => fileName(device.name, name, half, ending)) };
}

/** Does `act` while the router may read the CA certificate. */
export function withCaFile<T>(
  context: Place,
  trustpoint: Trustpoint & { readonly method: TftpMethod },
  certificate: Uint8Array,
  act: (transfer: FileTransfer) => Promise<T>,
): Promise<T> {
  return withFiles(context, trustpoint.method.server, async (files) => {
    const transfer = transferOf(context, trustpoint, 'ca');
    for (const file of transfer.files) await files.offer(file, certificate);
    try {
      return await act(transfer);
    } catch (thrown) {
      throw thrown instanceof DeviceError && thrown.code === 'ca-unreachable'
        ? notRead(thrown, transfer)
        : thrown;
    }
  });
}

/** What the router says of a CA certificate is the same however it fetches it; what to look at is not. */
function notRead({ code, message, detail, cause }: DeviceError, { host, files }: FileTransfer): DeviceError {
  const hint = `it reads ${files.join(' and ')} by TFTP from ${host}: see whether it reaches UDP port 69 there and the ports that answers come from, and whether the file arrives whole`;
  return new DeviceError(code, message, { detail, hint, cause });
}

/** Has the router write its requests. Throws DeviceError `tftp-failed` when one did not arrive. */
export function writtenRequests(
  context: StepContext,
  trustpoint: Trustpoint & { readonly method: TftpMethod },
  facts: EnrollFacts,
): Promise<readonly Uint8Array[]> {
  const { session, device } = context;
  return withFiles(context, trustpoint.method.server, async (files) => {
    const transfer = transferOf(context, trustpoint, 'req');
    const arrivals: (() => Promise<Uint8Array>)[] = [];
    for (const file of transfer.files) arrivals.push(await files.expect(file));
    await writeRequest(session, { ...facts, transfer, timeoutMs: device.timeouts.command });
    const written: Uint8Array[] = [];
    for (const arrival of arrivals) written.push(await arrival());
    return written;
  });
}

/** Lets the router read its certificates. Some releases read one of two at a time. */
export function importFromFiles(
  context: StepContext,
  trustpoint: Trustpoint & { readonly method: TftpMethod },
  answers: readonly Answered[],
): Promise<void> {
  const { session, device } = context;
  const { name } = trustpoint;
  return withFiles(context, trustpoint.method.server, async (files) => {
    for (const { half, answer } of answers)
      await files.offer(fileName(device.name, name, half, 'crt'), answer.certificate.der);
    const transfer = transferOf(context, trustpoint, 'crt');
    const timeoutMs = device.timeouts.command;
    const once = (): Promise<void> =>
      importCertificate(session, { trustpoint: name, certificate: { transfer }, timeoutMs });
    await once();
    if (answers.length > 1 && (await lacksOne(context, trustpoint, answers))) await once();
  });
}

async function lacksOne(
  { session }: StepContext,
  trustpoint: Trustpoint,
  answers: readonly Answered[],
): Promise<boolean> {
  const { chain } = await holdingOf(session, trustpoint);
  const held = chain.flatMap(({ der }) => (der === undefined ? [] : [Buffer.from(der)]));
  return answers.some(({ answer }) => !held.some((der) => der.equals(answer.certificate.der)));
}

function fileName(device: string, trustpoint: string, half: Errand['half'], ending: Ending): string {
  return `${device}.${trustpoint}${half === undefined ? '' : `-${half}`}.${ending}`;
}
