import { DeviceError } from '../../domain/errors.ts';
import { outputLines } from './output.ts';

/** What `show version` says of a router. */
export interface Version {
  readonly platform: 'ios' | 'ios-xe';
  /** As printed: `15.4(3)M2`, `17.06.03a`. On IOS-XE the release of XE, where the output names it. */
  readonly version: string;
  readonly hostname?: string;
  readonly model?: string;
  readonly serial?: string;
  /** The system image file: `bootflash:packages.conf`. */
  readonly image?: string;
}

const OTHER_SYSTEM = /\bIOS[- ]XR\b|\bNX-?OS\b|Nexus Operating System|Adaptive Security Appliance/i;
const XE_RELEASE = /^Cisco IOS[- ]XE Software, Version (?<version>[^\s,]+)/i;
const SOFTWARE =
  /^(?:Cisco )?IOS (?:\(tm\) |Software\b)(?<name>.*?)(?:\((?<build>[\w./-]+)\))?, (?:Experimental )?Version (?<version>[^\s,]+)/i;
const XE_MARK = /\bIOS[- ]XE\b|\bXE Software\b|LINUX_IOSD|\[[A-Z][a-z]+\]/;

/**
 * Reads `show version` of IOS 12 to IOS-XE 17.
 * Throws DeviceError `unsupported-release` when the text does not name an IOS or IOS-XE release.
 */
export function readVersion(text: string): Version {
  const lines = outputLines(text).map((line) => line.trim());
  const first = lines.find((line) => line !== '') ?? '';
  if (lines.some((line) => OTHER_SYSTEM.test(line) && /version|software/i.test(line)))
    throw unsupported(first);
  const release = firstMatch(lines, XE_RELEASE)?.version;
  const software = lines.find((line) => SOFTWARE.test(line));
  const version = release ?? (software === undefined ? undefined : SOFTWARE.exec(software)?.groups?.version);
  if (version === undefined) throw unsupported(first);
  const isXe = release !== undefined || lines.some((line) => XE_MARK.test(line) && /software/i.test(line));
  return { platform: isXe ? 'ios-xe' : 'ios', version, ...identity(lines) };
}

function unsupported(line: string): DeviceError {
  return new DeviceError(
    'unsupported-release',
    `show version names no IOS or IOS-XE release: ${line.slice(0, 200)}`,
  );
}

function identity(lines: readonly string[]): Omit<Version, 'platform' | 'version'> {
  const hostname = firstMatch(lines, /^(?<host>\S+) uptime is /)?.host;
  const model = firstMatch(lines, /^cisco (?<model>\S+) .*(?:processor|memory)/i)?.model;
  const serial = firstMatch(lines, /^Processor board ID (?<serial>[^\s,]+)/i)?.serial;
  const image = firstMatch(lines, /^System image file is "(?<image>[^"]+)"/i)?.image;
  return {
    ...(hostname === undefined ? {} : { hostname }),
    ...(model === undefined ? {} : { model }),
    ...(serial === undefined ? {} : { serial }),
    ...(image === undefined ? {} : { image }),
  };
}

function firstMatch(
  lines: readonly string[],
  pattern: RegExp,
): Record<string, string | undefined> | undefined {
  for (const line of lines) {
    const groups = pattern.exec(line)?.groups;
    if (groups !== undefined) return groups;
  }
  return undefined;
}
