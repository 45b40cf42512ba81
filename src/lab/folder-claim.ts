import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InputError } from '../domain/errors.ts';

/** Held as long as the lab lives in its folder. */
export interface FolderClaim {
  release(): Promise<void>;
}

/** What the inventory of every lab begins with: by it a lab knows its own. */
export const LAB_MARK = '# Written by trustfleet lab.';

/** The inventory of a lab, in its folder. */
export const LAB_INVENTORY = 'inventory.yaml';

/**
 * Takes the folder for one lab: it must be new, empty, or an earlier lab's, and no other lab may be running there.
 * Makes it when there is none. Throws InputError, and then nothing in it was touched.
 */
export async function claimFolder(dir: string): Promise<FolderClaim> {
  await makeFolder(dir);
  const claim = await hold(dir);
  try {
    await requireOurs(dir);
    return claim;
  } catch (error) {
    await claim.release();
    throw error;
  }
}

async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw refusal(dir, `the folder cannot be made (${codeOf(error)})`);
  }
}

async function requireOurs(dir: string): Promise<void> {
  const inventory = path.join(dir, LAB_INVENTORY);
  const text = await readFile(inventory, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw refusal(inventory, `cannot be read (${codeOf(error)})`);
  });
  if (text === undefined) {
    if ((await readdir(dir)).length > 0) throw refusal(dir, 'holds files that no lab wrote');
  } else if (!text.startsWith(LAB_MARK)) {
    throw refusal(inventory, 'was not written by trustfleet lab, and would be overwritten');
  }
}

/**
 * A listening socket whose name stands for the folder: only one process can have it, and the operating system takes it back
 * however that process ends, so nobody has to guess from a process id.
 */
async function hold(dir: string): Promise<FolderClaim> {
  const { dev, ino } = await stat(dir, { bigint: true });
  const name = `trustfleet-lab-${createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 24)}`;
  const socket = socketFor(name);
  const server =
    (await listen(socket)) ?? ((await isLeftOver(socket)) ? await listenAgain(socket) : undefined);
  if (server === undefined) throw refusal(dir, 'another lab is running there');
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Names of Linux and of Windows go with the process; elsewhere a file stays behind when it is killed. */
function socketFor(name: string): string {
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return path.join(tmpdir(), `${name}.sock`);
}

/** Undefined when somebody has the name. */
function listen(socket: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((peer) => peer.destroy());
    // It is no reason to stay alive.
    server.unref();
    server.once('error', (error) => {
      if (codeOf(error) === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(socket, () => resolve(server));
  });
}

async function listenAgain(socket: string): Promise<Server | undefined> {
  await unlink(socket);
  return listen(socket);
}

function isLeftOver(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const peer = connect(socket, () => {
      peer.destroy();
      resolve(false);
    });
    peer.once('error', (error) => resolve(path.isAbsolute(socket) && codeOf(error) === 'ECONNREFUSED'));
  });
}

function refusal(file: string, message: string): InputError {
  return new InputError([{ file, message, hint: 'name a folder for the lab alone with --dir' }]);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
