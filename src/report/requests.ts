import type { DeviceResult, WaitingRequest } from '../domain/result.ts';
import { chosen, type DeviceResults } from '../run/result.ts';
import { cleanLine, wrap } from './columns.ts';
import type { Style } from './style.ts';

const MOST = 50;

/** What a CA's operator needs to find a request: `BRANCH MD5 2EDBC8C4 …`. */
export function requestInWords({ trustpoint, fingerprints }: WaitingRequest): string {
  return `${trustpoint} ${fingerprints.length === 0 ? 'shows no fingerprint' : fingerprints.join(', ')}`;
}

/** The requests that wait, with their fingerprints, to be read out to the CA's operator. */
export function drawRequests(devices: DeviceResults, width: number, style: Style): string[] {
  const lines: string[] = [];
  let count = 0;
  for (const { device, requests = [] } of chosen(devices, ({ outcome }) => outcome === 'pending')) {
    for (const request of requests) {
      count += 1;
      if (count <= MOST) lines.push(...drawRequest(device, request, width));
    }
  }
  if (count === 0) return [];
  const rest = count > MOST ? [style.dim(`  and ${count - MOST} more: see --json`)] : [];
  return ['', style.strong('Requests for the CA’s operator, by their fingerprints'), ...lines, ...rest];
}

function drawRequest(device: DeviceResult['device'], request: WaitingRequest, width: number): string[] {
  return wrap(cleanLine(`${device} ${requestInWords(request)}`), width, '  ');
}
