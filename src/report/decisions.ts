import type { RenewalDecision } from '../domain/result.ts';
import type { DeviceResults } from '../run/result.ts';
import { cleanLine, columnsOf, wrap } from './columns.ts';
import { plural } from './outcomes.ts';
import type { Paint, Style } from './style.ts';
import { SMALL_FLEET } from './table.ts';

/** Why each certificate was renewed or not. Of a large fleet those that are not due yet are only counted. */
export function drawDecisions(devices: DeviceResults, width: number, style: Style): string[] {
  const shown: (RenewalDecision & { readonly device: string })[] = [];
  let hidden = 0;
  for (const { device, decisions } of devices) {
    for (const decision of decisions) {
      if (devices.length > SMALL_FLEET && decision.decision === 'not-due') hidden += 1;
      else shown.push({ device: cleanLine(device), ...decision });
    }
  }
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
    'waits-for-file': { mark: marks.fail, paint: bad },
    'auto-enroll-will-do-it': { mark: marks.skip, paint: dim },
    'auto-enroll-will-fail': { mark: marks.fail, paint: bad },
    'outside-window': { mark: marks.wait, paint: dim },
    'waits-for-capacity': { mark: marks.wait, paint: dim },
  };
  return looks[decision];
}
