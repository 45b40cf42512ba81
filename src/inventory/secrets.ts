import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import PQueue from 'p-queue';
import type { Device } from '../domain/device.ts';
import { InputError, type InputProblem } from '../domain/errors.ts';
import type { EnrollmentMethod } from '../domain/method.ts';
import { Secret, type SecretReference } from '../domain/secret.ts';
import type { ChallengeSpec } from '../domain/trustpoint.ts';
import { someOf, withHint } from './problems.ts';
import { configText } from './schema-values.ts';
import { runForSecret } from './secret-command.ts';
import { originOf } from './secret-place.ts';

export interface SecretSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asks the operator without showing what is typed. */
  ask(text: string): Promise<string>;
}

/** So many programs run at once when each device names its own. */
const PROGRAMS_AT_ONCE = 8;

/**
 * Gives every secret that the devices use its value: logins, NTP keys, challenge sources. What many devices share is
 * read, run or asked once. Throws InputError with every secret that could not be had; messages never hold a value.
 */
export async function openSecrets(
  devices: readonly Device[],
  surroundings: SecretSurroundings,
): Promise<void> {
  const groups = closedSecrets(devices);
  const programs = new PQueue({ concurrency: PROGRAMS_AT_ONCE });
  let asking: Promise<unknown> = Promise.resolve();
  const answers = groups.map(async ([first]): Promise<Answer> => {
    const { reference } = first;
    if (reference.kind === 'command') return programs.add(() => runForSecret(reference.argv));
    if (reference.kind !== 'prompt') return answer(reference, surroundings.env);
    // One question after the other.
    const asked = asking.then(() => surroundings.ask(reference.text));
    asking = asked.catch(() => undefined);
    return { value: await asked };
  });
  const problems: InputProblem[] = [...agentProblems(devices, surroundings.env)];
  const settled = await Promise.all(answers);
  for (const [index, group] of groups.entries()) problems.push(...openAll(group, settled[index]));
  if (problems.length > 0) throw new InputError(inOrder(problems));
}

/**
 * Reads a secret once more where it comes from; undefined for those whose source gives the same as long as this process lives. Throws InputError
 * when it cannot be had; the message holds no value.
 */
export async function rereadSecret(old: Secret): Promise<Secret | undefined> {
  const { reference } = old;
  if (reference.kind !== 'file' && reference.kind !== 'command') return undefined;
  const given =
    reference.kind === 'command' ? await runForSecret(reference.argv) : await answer(reference, {});
  const secret = new Secret(reference);
  const problems = openAll([secret], given);
  if (problems.length > 0) throw new InputError(problems);
  return secret;
}

/** Finds unset environment variables and unreadable files among the devices' secrets, running and asking nothing. */
export function checkSecrets(
  devices: readonly Device[],
  { env }: Pick<SecretSurroundings, 'env'>,
): InputProblem[] {
  const problems = closedSecrets(devices).flatMap(([first]) => {
    const missing = missingSource(first.reference, env);
    return missing === undefined ? [] : [problemWith(first, missing)];
  });
  return inOrder([...agentProblems(devices, env), ...problems]);
}

/** `agent: true` names no socket: the environment does. */
function agentProblems(devices: readonly Device[], env: SecretSurroundings['env']): InputProblem[] {
  const needing = devices.filter(
    ({ ssh }) => ssh.agent === true || ssh.via?.some(({ agent }) => agent === true) === true,
  );
  if (needing.length === 0 || (env.SSH_AUTH_SOCK ?? '') !== '') return [];
  const message = `is not set, and agent: true asks for it (${someOf(needing.map(({ name }) => name))})`;
  const hint = 'start an SSH agent (ssh-agent, ssh-add), or name its socket: agent: path';
  return [{ file: 'environment', key: 'SSH_AUTH_SOCK', message, hint }];
}

type Answer = { readonly value: string } | { readonly problem: string };
/** Secrets with the same reference; never empty. */
type SecretGroup = readonly [Secret, ...Secret[]];

function closedSecrets(devices: readonly Device[]): readonly SecretGroup[] {
  const groups = new Map<string, [Secret, ...Secret[]]>();
  for (const secret of new Set(devices.flatMap(secretsOf))) {
    if (secret.isOpen) continue;
    const identity = JSON.stringify(secret.reference);
    const group = groups.get(identity);
    if (group === undefined) groups.set(identity, [secret]);
    else group.push(secret);
  }
  return [...groups.values()];
}

function secretsOf({ ssh, clock, trustpoints }: Device): readonly Secret[] {
  const maybe = [
    ssh.password,
    ssh.privateKey,
    ssh.passphrase,
    ssh.enable,
    ...(ssh.via ?? []).flatMap((hop) => [hop.password, hop.privateKey, hop.passphrase]),
    ...clock.ntp.keys.map(({ md5 }) => md5),
    ...trustpoints.map(({ authority }) => challengeSecret(authority.challenge)),
    ...trustpoints.flatMap(({ method }) => methodSecrets(method)),
  ];
  return maybe.filter((secret) => secret !== undefined);
}

function challengeSecret(spec: ChallengeSpec): Secret | undefined {
  if (spec.kind === 'static' || spec.kind === 'daily') return spec.value;
  return spec.kind === 'ndes' ? spec.password : undefined;
}

function methodSecrets(method: EnrollmentMethod): readonly Secret[] {
  if (method.kind === 'pkcs12') return [method.passphrase];
  if (method.kind !== 'profile') return [];
  return method.parameters.flatMap(({ value }) => (value instanceof Secret ? [value] : []));
}

function missingSource(reference: SecretReference, env: SecretSurroundings['env']): string | undefined {
  if (reference.kind === 'env') {
    return env[reference.name] === undefined ? unset(reference.name) : undefined;
  }
  if (reference.kind !== 'file') return undefined;
  try {
    accessSync(reference.path, constants.R_OK);
    return undefined;
  } catch (thrown) {
    return unreadable(reference.path, thrown);
  }
}

async function answer(reference: SecretReference, env: SecretSurroundings['env']): Promise<Answer> {
  if (reference.kind === 'env') {
    const value = env[reference.name];
    return value === undefined ? { problem: unset(reference.name) } : { value };
  }
  if (reference.kind !== 'file') return { problem: 'has no source' };
  try {
    return { value: (await readFile(reference.path, 'utf8')).replace(/\r?\n$/, '') };
  } catch (thrown) {
    return { problem: unreadable(reference.path, thrown) };
  }
}

function unset(name: string): string {
  return withHint(`the environment variable ${name} is not set`, `export ${name} before trustfleet starts`);
}

function unreadable(path: string, thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown error';
  return code === 'ENOENT'
    ? withHint(`there is no file ${path}`, 'its path counts from the inventory’s folder')
    : withHint(`the file ${path} could not be read (${code})`, 'it must be readable for you');
}

function openAll(group: SecretGroup, given: Answer | undefined): readonly InputProblem[] {
  if (given === undefined) return [];
  if ('problem' in given) return [problemWith(group[0], given.problem)];
  return group.flatMap((secret) => {
    const unfit = unfitness(secret, given.value);
    if (unfit !== undefined) return [problemWith(secret, `${secret.describe()} ${unfit}`)];
    secret.open(given.value);
    return [];
  });
}

/** A secret is typed into a router or a login form: it must not end the line it stands on. */
function unfitness(secret: Secret, value: string): string | undefined {
  if (value === '') return 'is empty';
  const use = originOf(secret)?.use ?? 'login';
  if (use === 'private-key') return undefined;
  if (/\p{Cc}/u.test(value)) return 'holds a line break or another control character';
  if (use !== 'configuration') return undefined;
  if (/\s/.test(value)) return 'holds a blank, which ends the word in a configuration line';
  return configText(value)?.split('\n', 1)[0];
}

/** `text` is a sentence, with a hint behind a line end when there is one (see {@link withHint}). */
function problemWith(secret: Secret, text: string): InputProblem {
  const [message = '', hint] = text.split('\n', 2);
  const place = originOf(secret)?.place ?? { file: 'secrets' };
  return { ...place, message, ...(hint === undefined ? {} : { hint }) };
}

function inOrder(problems: readonly InputProblem[]): InputProblem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
