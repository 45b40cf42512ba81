import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../domain/duration.ts';
import type { RenewBefore } from '../domain/trustpoint.ts';
import type { Share } from '../run/batches.ts';
import type { OptionSpec, ValueTypes } from './options.ts';

type Parser = (text: string, before: unknown) => ValueTypes[keyof ValueTypes];

const PARSERS: Readonly<Record<keyof ValueTypes, Parser>> = {
  text: parseText,
  choice: parseText,
  'optional-file': parseText,
  count: parseCount,
  limit: parseLimit,
  rate: parseRate,
  names: (text, before) => [...(Array.isArray(before) ? before : []), ...parseNames(text)],
  flag: () => true,
  negated: () => false,
  'renew-before': parseRenewBefore,
  share: parseShare,
  shares: parseSizes,
  duration: parseTime,
};

/** The value of an option's text; `before` is what an earlier occurrence gave. Throws InvalidArgumentError. */
export function parseOption(spec: OptionSpec, text: string, before: unknown): ValueTypes[keyof ValueTypes] {
  if (spec.choices !== undefined && !spec.choices.includes(text)) {
    throw new InvalidArgumentError(`Expected one of ${spec.choices.join(', ')}.`);
  }
  return PARSERS[spec.type](text, before);
}

function parseText(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty.');
  return text;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('Expected a whole number from 1.');
  }
  return count;
}

function parseLimit(text: string): number {
  return text === '0' ? 0 : parseCount(text);
}

function parseRate(text: string): number {
  const rate = Number(text);
  if (!/^\d+(?:\.\d+)?$/.test(text) || rate < 0.001) {
    throw new InvalidArgumentError('Expected a number above 0, such as 20 or 0.5.');
  }
  return rate;
}

function parseNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('A name is empty.');
  return names;
}

function parseRenewBefore(text: string): RenewBefore {
  const share = /^(?<percent>\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.groups?.percent;
  if (share !== undefined && Number(share) > 0 && Number(share) < 100) {
    return { kind: 'percent-of-life-left', percent: Number(share) };
  }
  const milliseconds = share === undefined ? parseDuration(text) : undefined;
  if (milliseconds === undefined || milliseconds <= 0) {
    throw new InvalidArgumentError(
      'Expected a time such as 30d or 2w, or a share of the life left such as 20%.',
    );
  }
  return { kind: 'duration', milliseconds };
}

function parseShare(text: string): Share {
  const percent = /^(?<percent>\d+(?:\.\d+)?)%$/.exec(text)?.groups?.percent;
  if (percent !== undefined && Number(percent) <= 100) return { kind: 'percent', percent: Number(percent) };
  if (/^\d+$/.test(text)) return { kind: 'count', devices: Number(text) };
  throw new InvalidArgumentError('Expected a number of devices such as 5, or a share such as 3%.');
}

function parseSizes(text: string): readonly Share[] {
  const sizes = text.split(',').map((size) => parseShare(size.trim()));
  if (sizes.some((size) => (size.kind === 'count' ? size.devices : size.percent) === 0)) {
    throw new InvalidArgumentError('A batch holds one device at least.');
  }
  return sizes;
}

function parseTime(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError('Expected a time such as 90s, 5m or 1h.');
  return milliseconds;
}
