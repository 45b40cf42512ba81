import { CHECKS, type Finding } from '../domain/finding.ts';
import { calledBy } from '../domain/key-use.ts';
import type { DeviceResult } from '../domain/result.ts';
import type { DeviceResults } from '../run/result.ts';
import { cleanLine, pad, shorten, wrap } from './columns.ts';
import { lookOf, plural } from './outcomes.ts';
import type { Paint, Style } from './style.ts';

/** Up to so many devices every check is listed; of more only those that did not simply pass. */
const FEW_DEVICES = 5;
/** Of a mark and the name of a check behind its indent. */
const NAME_COLUMNS = 6 + Math.max(...Object.keys(CHECKS).map((check) => check.length));

/** What a verification found, device by device. A device all of whose checks passed is a line of its own at most. */
export function drawFindings(devices: DeviceResults, width: number, style: Style): string[] {
  const full = devices.length <= FEW_DEVICES;
  const lines: string[] = [];
  for (const device of devices) {
    const isShown = full || device.findings.some(({ status }) => status !== 'pass');
    if (isShown && device.findings.length > 0) lines.push(...drawDevice(device, { full, width, style }));
  }
  return lines;
}

interface FindingsLook {
  readonly full: boolean;
  readonly width: number;
  readonly style: Style;
}

function drawDevice({ device, outcome, findings }: DeviceResult, look: FindingsLook): string[] {
  const { mark, paint } = lookOf(outcome, look.style);
  const passed = findings.filter(({ status }) => status === 'pass');
  const shown = look.full ? findings : findings.filter(({ status }) => status !== 'pass');
  const rest = findings.length - shown.length;
  const title = `${cleanLine(device)}  ${outcome}: ${passed.length} of ${plural(findings.length, 'check')} passed`;
  const trustpoints = [...new Set(shown.map(calledBy))];
  return [
    '',
    ...wrap(title, look.width, `${mark} `).map(paint),
    ...trustpoints.flatMap((trustpoint) => [
      look.style.strong(`  ${cleanLine(trustpoint)}`),
      ...drawTrustpoint(
        shown.filter((finding) => calledBy(finding) === trustpoint),
        look,
      ),
    ]),
    ...(rest > 0 ? [look.style.dim(`  ${plural(rest, 'other check')} passed`)] : []),
  ];
}

/** Checks that one and the same lack made impossible are told together: a missing certificate is one piece of news. */
function drawTrustpoint(findings: readonly Finding[], look: FindingsLook): string[] {
  const unmade = findings.filter(({ status }) => status === 'unknown');
  const together = [...new Set(unmade.map(({ actual }) => actual))]
    .map((actual) => ({ actual, same: unmade.filter((finding) => finding.actual === actual) }))
    .filter(({ same }) => same.length > 1);
  const told = new Set(together.flatMap(({ same }) => same));
  const { mark, paint } = lookOfFinding('unknown', look.style);
  return [
    ...findings.filter((finding) => !told.has(finding)).flatMap((finding) => drawFinding(finding, look)),
    ...together.flatMap(({ actual, same }) => {
      const names = same.map(({ check }) => check).join(', ');
      const why = `not checked, ${cleanLine(actual)}: `;
      return wrap(`${why}${names}`, look.width, `    ${mark} `, '        ').map(paint);
    }),
  ];
}

/** A check that passed is one line with what was seen; any other says what it is about, too. */
function drawFinding({ check, status, expected, actual }: Finding, { width, style }: FindingsLook): string[] {
  const { mark, paint } = lookOfFinding(status, style);
  const name = `    ${mark} ${check}`;
  if (status === 'pass') {
    const seen = shorten(cleanLine(actual), width - NAME_COLUMNS - 2);
    return [`${paint(pad(name, NAME_COLUMNS))}  ${style.dim(seen)}`];
  }
  return [
    ...wrap(CHECKS[check], width, `${name}: `, '        ').map(paint),
    ...wrap(cleanLine(expected), width, '        expected  '),
    ...wrap(cleanLine(actual), width, '        actual    '),
  ];
}

function lookOfFinding(
  status: Finding['status'],
  { marks, good, warn, bad }: Style,
): { readonly mark: string; readonly paint: Paint } {
  const looks = {
    pass: { mark: marks.pass, paint: good },
    note: { mark: marks.note, paint: warn },
    fail: { mark: marks.fail, paint: bad },
    unknown: { mark: marks.unknown, paint: bad },
  };
  return looks[status];
}
