import type { EnrollmentMethod, Pkcs12Source, ProfileStep, Submission } from '../domain/method.ts';
import type { Origin } from './origin.ts';
import type { Path } from './place.ts';
import type { MethodInput, SubmitInput } from './schema-method.ts';

const TFTP_PORT = 69;

/** What has no settings of its own, or all by default. */
type Word = Extract<MethodInput, string>;
type Settings = Exclude<MethodInput, string>;

/** The method of a trustpoint called `name`. `hasFile`: its authority's certificate is there as a file. */
export function buildMethod(
  name: string,
  input: MethodInput,
  { origin, hasFile }: { readonly origin: Origin; readonly hasFile: boolean },
): EnrollmentMethod {
  if (typeof input === 'string') return buildWord(input, hasFile);
  const path: Path = ['trustpoints', name, 'method'];
  if (input.terminal !== undefined) {
    return {
      kind: 'terminal',
      pem: input.terminal.pem,
      submit: buildSubmission(input.terminal.submit, origin),
    };
  }
  if (input.tftp !== undefined) return buildTftp(input.tftp, origin);
  if (input.profile !== undefined) return buildProfile(name, input.profile, [...path, 'profile'], origin);
  if (input.pkcs12 !== undefined) {
    const { file, passphrase } = input.pkcs12;
    return {
      kind: 'pkcs12',
      file: origin.resolve(file),
      passphrase: origin.secret(passphrase, [...path, 'pkcs12', 'passphrase'], 'login'),
      by: buildPkcs12Source(input.pkcs12),
    };
  }
  const by = input['ca-only']?.by;
  if (by === undefined) throw new Error('not checked by the schema: a map without a method');
  return { kind: 'ca-only', by };
}

function buildWord(word: Word, hasFile: boolean): EnrollmentMethod {
  switch (word) {
    case 'terminal':
      return { kind: 'terminal', pem: false, submit: { kind: 'scep' } };
    case 'ca-only':
      return { kind: 'ca-only', by: hasFile ? 'terminal' : 'scep' };
    default:
      return { kind: word };
  }
}

function buildPkcs12Source({ url, listen, port = TFTP_PORT }: NonNullable<Settings['pkcs12']>): Pkcs12Source {
  if (url === undefined) return { kind: 'terminal' };
  if (listen === undefined) return { kind: 'url', url };
  return { kind: 'url', url, server: { kind: 'embedded', address: listen, port } };
}

function buildTftp(
  { host, listen, port = TFTP_PORT, directory, submit }: NonNullable<Settings['tftp']>,
  origin: Origin,
): EnrollmentMethod {
  return {
    kind: 'tftp',
    host,
    server:
      directory === undefined
        ? { kind: 'embedded', address: listen ?? host, port }
        : { kind: 'directory', path: origin.resolve(directory) },
    submit: buildSubmission(submit, origin),
  };
}

function buildSubmission(submit: SubmitInput, origin: Origin): Submission {
  if (submit === 'scep') return { kind: 'scep' };
  if ('command' in submit) return { kind: 'command', argv: submit.command };
  const { directory } = submit;
  const { requests, answers } =
    typeof directory === 'string' ? { requests: directory, answers: directory } : directory;
  return { kind: 'directory', requests: origin.resolve(requests), answers: origin.resolve(answers) };
}

function buildProfile(
  trustpoint: string,
  {
    name = trustpoint,
    authentication,
    enrollment,
    parameters = {},
    credential,
    submit = 'scep',
  }: NonNullable<Settings['profile']>,
  path: Path,
  origin: Origin,
): EnrollmentMethod {
  const step = (input: typeof enrollment): ProfileStep => {
    if (input === 'terminal') return { kind: 'terminal' };
    const { url, command } = input;
    return { kind: 'url', url, ...(command === undefined ? {} : { command }) };
  };
  return {
    kind: 'profile',
    name,
    authentication: step(authentication),
    enrollment: step(enrollment),
    parameters: Object.entries(parameters).map(([number, value]) =>
      typeof value === 'string'
        ? { number: Number(number), by: 'value', value }
        : {
            number: Number(number),
            by: 'prompt',
            value: origin.secret(value.prompt, [...path, 'parameters', number, 'prompt'], 'login'),
          },
    ),
    ...(credential === undefined ? {} : { credential }),
    ...(enrollment === 'terminal' ? { submit: buildSubmission(submit, origin) } : {}),
  };
}
