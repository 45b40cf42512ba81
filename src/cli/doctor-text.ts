import { roleWords } from '../doctor/check-certificates.ts';
import type { AuthorityFacts, ShownCertificate } from '../doctor/facts.ts';
import type { DoctorFinding, DoctorStatus } from '../doctor/finding.ts';
import type { Wants } from '../doctor/wants.ts';
import { describeName } from '../pki/names.ts';
import { cleanLine, shorten, wrap } from '../report/columns.ts';
import { plural } from '../report/outcomes.ts';
import type { Paint, Style } from '../report/style.ts';

/** One authority with what was seen and found. */
export interface Examined {
  readonly wants: Wants;
  readonly facts: AuthorityFacts;
  readonly findings: readonly DoctorFinding[];
}

interface Look {
  readonly width: number;
  readonly style: Style;
}

/** Long lines are hard to follow, however wide the window is. */
const WIDEST = 120;

/** By authority: its certificates ready to be pinned, then what was found, with a remedy where one is wanted. */
export function drawDoctor(examined: readonly Examined[], { width, style }: Look): string[] {
  const look = { width: Math.min(width, WIDEST), style };
  return [...examined.flatMap((one) => [...drawAuthority(one, look), '']), ...drawEnd(examined, look)];
}

function drawAuthority({ wants, facts, findings }: Examined, look: Look): string[] {
  const { style, width } = look;
  const { authority, users } = wants;
  const devices = new Set(users.map(({ device }) => device.name)).size;
  const trustpoints = [...new Set(users.map(({ trustpoint }) => trustpoint.name))].join(', ');
  return [
    ...wrap(`${authority.name}: ${plural(devices, 'device')}, ${trustpoints}`, width).map(style.strong),
    style.dim(shorten(`  ${cleanLine(facts.url)}`, width)),
    ...drawCertificates(facts, look),
    ...findings.flatMap((finding) => drawFinding(finding, look)),
  ];
}

function drawCertificates({ certificates, next }: AuthorityFacts, look: Look): string[] {
  const shown = [certificates, next].flatMap((tried) =>
    tried !== undefined && 'value' in tried ? tried.value : [],
  );
  return shown
    .flatMap((certificate) => ['', ...drawCertificate(certificate, look)])
    .concat(shown.length > 0 ? [''] : []);
}

/** The fingerprints stand as the inventory takes them, each on a line of its own. */
function drawCertificate({ role, facts }: ShownCertificate, { style, width }: Look): string[] {
  const { subject, notBefore, notAfter, keyAlgorithm, keyBits, keyUsage, signatureAlgorithm } = facts;
  const words = roleWords(role);
  const about = [
    `${notBefore.toISOString().slice(0, 10)} to ${notAfter.toISOString().slice(0, 10)}`,
    `${keyAlgorithm} ${keyBits}`,
    signatureAlgorithm,
    keyUsage === undefined ? 'no key usage' : keyUsage.join(' '),
  ].join(', ');
  return [
    ...wrap(`${words}: ${cleanLine(describeName(subject))}`, width, '  ', '    '),
    ...wrap(about, width, '    ').map(style.dim),
    ...facts.fingerprints.map(({ hash, hex }) => `    ${hash}:${hex}`),
  ];
}

function drawFinding({ check, status, says, remedy }: DoctorFinding, { width, style }: Look): string[] {
  const indent = ' '.repeat(4);
  const [first = '', ...rest] = wrap(
    `${check}: ${cleanLine(says)}`,
    width,
    `  ${markOf(status, style)} `,
    indent,
  );
  const paint = paintOf(status, style);
  return [
    paint(first),
    ...rest.map(paint),
    ...(remedy === undefined
      ? []
      : wrap(cleanLine(remedy), width, `${indent}${style.marks.arrow} `, `${indent}  `)),
  ];
}

function drawEnd(examined: readonly Examined[], { width, style }: Look): string[] {
  const counts = countFindings(examined.flatMap(({ findings }) => findings));
  const said = [
    `${counts.pass} passed`,
    plural(counts.warn, 'warning'),
    `${counts.fail} failed`,
    `${counts.skip} not looked at`,
  ].join(', ');
  const text = `${plural(examined.length, 'CA')}: ${said}`;
  return wrap(text, width).map(counts.fail > 0 ? style.bad : counts.warn > 0 ? style.warn : style.good);
}

export function countFindings(findings: readonly DoctorFinding[]): Readonly<Record<DoctorStatus, number>> {
  const counts = { pass: 0, warn: 0, fail: 0, skip: 0 };
  for (const { status } of findings) counts[status] += 1;
  return counts;
}

function markOf(status: DoctorStatus, { marks }: Style): string {
  return { pass: marks.pass, warn: marks.note, fail: marks.fail, skip: marks.skip }[status];
}

function paintOf(status: DoctorStatus, style: Style): Paint {
  return { pass: style.good, warn: style.warn, fail: style.bad, skip: style.dim }[status];
}
