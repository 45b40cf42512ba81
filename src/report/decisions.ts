import type { DeviceResult, RenewalDecision } from '../domain/result.ts';
import { cleanLine, columnsOf, wrap } from './columns.ts';
import { plural } from './outcomes.ts';
import type { Paint, Style } from './style.ts';
import { SMALL_FLEET } from './table.ts';

/** Why each certificate was renewed or not. Of a large fleet those that are not due yet are only counted. */
export function drawDecisions(devices: readonly DeviceResult[], width: number, style: Style): string[] {
  const all = devices.flatMap(({ device, decisions }) =>
    decisions.map((decision) => ({ device: cleanLine(device), ...decision })),
  );
  const shown = devices.length <= SMALL_FLEET ? all : all.filter(({ decision }) => decision !== 'not-due');
  const widest = Math.max(
    0,
    ...shown.map(({ device, trustpoint }) => columnsOf(`${device} ${cleanLine(trustpoint)}`)),
  );
  const lines = shown.flatMap(({ device, trustpoint, decision, reason }) => {
    const { mark, paint } = lookOfDecision(decision, style);
    const name = `${device} ${cleanLine(trustpoint)}`.padEnd(Math.min(widest, Math.floor(width / 3)));
    const text = `${name}  ${decision}: ${cleanLine(reason)}`;
    return wrapKeepingBlanks(text, width, `${mark} `).map(paint);
  });
  const hidden = all.length - shown.length;
  return hidden > 0 ? [...lines, style.dim(`${plural(hidden, 'certificate')} not due yet`)] : lines;
}

/** A line that fits keeps its alignment; one that does not is wrapped. */
function wrapKeepingBlanks(text: string, width: number, first: string): string[] {
  return columnsOf(first + text) <= width ? [first + text] : wrap(text, width, first, '      ');
}

function lookOfDecision(
  decision: RenewalDecision['decision'],
  { marks, good, warn, bad, dim }: Style,
): { readonly mark: string; readonly paint: Paint } {
  const looks = {
    due: { mark: marks.arrow, paint: good },
    'not-due': { mark: marks.skip, paint: dim },
    expired: { mark: marks.fail, paint: bad },
    revoked: { mark: marks.fail, paint: bad },
    'no-certificate': { mark: marks.skip, paint: warn },
    pending: { mark: marks.wait, paint: warn },
    'ca-expires-first': { mark: marks.fail, paint: bad },
    'auto-enroll-will-do-it': { mark: marks.skip, paint: dim },
    'auto-enroll-will-fail': { mark: marks.fail, paint: bad },
    'outside-window': { mark: marks.wait, paint: dim },
    'waits-for-capacity': { mark: marks.wait, paint: dim },
  };
  return looks[decision];
}
