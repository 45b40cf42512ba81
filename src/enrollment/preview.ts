import { maskedText } from '../domain/config-line.ts';
import type { Device } from '../domain/device.ts';
import { formatFingerprint } from '../domain/fingerprint.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import type { RenderedBlock, Renderer } from '../template/render.ts';

/** One line of a dry run, in the order of typing. */
export type PreviewLine =
  /** Typed in configuration mode; a template's line. */
  | { readonly kind: 'config'; readonly text: string }
  /** Typed as a command that may ask questions. */
  | { readonly kind: 'exec'; readonly text: string }
  /** A question the router may ask, and what it is answered. */
  | { readonly kind: 'question'; readonly text: string; readonly answer: string }
  | { readonly kind: 'comment'; readonly text: string };

/**
 * Everything that `enroll` would type on a router that has none of it yet, with secrets masked. Needs no network: on a
 * real router lines that are there already are not typed again. Throws InputError when a template cannot be rendered.
 */
export function previewDevice(device: Device, renderer: Renderer): readonly PreviewLine[] {
  const { blocks } = renderer.render(device);
  const time = blocks.filter(({ name }) => name === 'clock' || name === 'ntp');
  return [
    ...configuration('time before trust', time),
    comment(
      'only if the clock is not trusted after that: clock set <hh:mm:ss day month year>, in the router’s zone',
    ),
    ...device.trustpoints.flatMap((trustpoint) => previewTrustpoint(trustpoint, blocks)),
    comment('after every check of the certificate has passed'),
    exec('write memory'),
    question(
      'Overwrite the previous NVRAM configuration?[confirm]',
      'refused, unless --allow-overwrite-nvram',
    ),
  ];
}

function previewTrustpoint(trustpoint: Trustpoint, blocks: readonly RenderedBlock[]): readonly PreviewLine[] {
  const own = blocks.filter((block) => block.trustpoint === trustpoint.name);
  const keypair = own.filter(({ name }) => name === 'keypair').flatMap(({ lines }) => lines);
  const { authority, name } = trustpoint;
  const pins = authority.fingerprints.map(formatFingerprint).join(', ');
  return [
    ...configuration(
      `trustpoint ${name}`,
      own.filter((block) => block.name === 'trustpoint-scep'),
    ),
    comment(`only if there is no key pair ${trustpoint.key.label}; an existing one is used as it is`),
    exec('configure terminal'),
    ...keypair.map((line) => exec(maskedText(line))),
    exec(`crypto pki authenticate ${name}`),
    question('Do you accept this certificate? [yes/no]:', `yes if the fingerprint shown is ${pins}; else no`),
    exec(`crypto pki enroll ${name}`),
    question('Password:', challengeAnswer(trustpoint)),
    question('Re-enter password:', 'the same'),
    ...(trustpoint.serialNumber
      ? [question('Include the router serial number in the subject name? [yes/no]:', 'yes')]
      : []),
    question('Request certificate from CA? [yes/no]:', 'yes'),
    comment('any other question: not answered; the dialogue is left'),
    exec('end'),
  ];
}

function challengeAnswer({ authority }: Trustpoint): string {
  const { challenge } = authority;
  if (challenge.kind === 'none') return 'empty: the CA wants no challenge';
  const from =
    challenge.kind === 'ndes' ? `minted by ${challenge.url} at this moment` : `from source ${challenge.kind}`;
  return `<redacted>, ${from}`;
}

function configuration(title: string, blocks: readonly RenderedBlock[]): readonly PreviewLine[] {
  const lines = blocks.flatMap((block) => block.lines);
  if (lines.length === 0) return [];
  return [
    comment(title),
    exec('configure terminal'),
    ...lines.map((line): PreviewLine => ({ kind: 'config', text: maskedText(line) })),
    exec('end'),
  ];
}

function comment(text: string): PreviewLine {
  return { kind: 'comment', text };
}

function exec(text: string): PreviewLine {
  return { kind: 'exec', text };
}

function question(text: string, answer: string): PreviewLine {
  return { kind: 'question', text, answer };
}
