import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { formatPem } from '../pki/pem.ts';
import { type RequestFacts, readRequest } from '../pki/request.ts';
import { CourierError } from './errors.ts';

/**
 * Lays a request down as PEM, in one piece: whoever looks sees all of it or nothing. One that asks for the same is left
 * as it is, for somebody may be at work on it. Returns when the file was last written. Throws a CourierError
 * `folder-unusable`.
 */
export async function layDown(folder: string, name: string, request: RequestFacts): Promise<Date> {
  const file = path.join(folder, name);
  try {
    if (!(await asksTheSame(file, request))) {
      const draft = path.join(folder, `.${name}.${randomUUID()}`);
      await writeFile(draft, formatPem(request.der, 'CERTIFICATE REQUEST'), { flag: 'wx' });
      await rename(draft, file);
    }
    return (await stat(file)).mtime;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CourierError('folder-unusable', `${folder}, ${reason}`, { cause });
  }
}

/** The request that was laid down under a name; undefined when there is none that can be read. */
export async function standingRequest(folder: string, name: string): Promise<RequestFacts | undefined> {
  try {
    return readRequest(await readFile(path.join(folder, name)));
  } catch {
    return undefined;
  }
}

/** Removes a request that was answered; one that is gone already is fine. */
export async function takeBack(folder: string, name: string): Promise<void> {
  await rm(path.join(folder, name), { force: true });
}

/** The signature does not count: one made by an elliptic curve is another one every time. */
async function asksTheSame(file: string, request: RequestFacts): Promise<boolean> {
  const standing = await standingRequest(path.dirname(file), path.basename(file));
  return standing !== undefined && Buffer.compare(standing.infoDer, request.infoDer) === 0;
}
