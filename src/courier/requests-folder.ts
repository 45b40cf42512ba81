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

/** Removes a request that was answered; one that is gone already is fine. */
export async function takeBack(folder: string, name: string): Promise<void> {
  await rm(path.join(folder, name), { force: true });
}

/** The signature does not count: one made by an elliptic curve is another one every time. */
async function asksTheSame(file: string, request: RequestFacts): Promise<boolean> {
  try {
    const standing = readRequest(await readFile(file));
    return Buffer.compare(standing.infoDer, request.infoDer) === 0;
  } catch {
    return false;
  }
}
