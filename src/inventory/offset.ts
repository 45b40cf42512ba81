const LARGEST_MINUTES = 14 * 60;

/** Minutes east of UTC of `"+01:00"`, `"-3:30"`, `"+2"`, `"+5.5"` or hours as a number; undefined when it is none. */
export function parseOffset(value: string | number): number | undefined {
  const minutes = typeof value === 'number' ? value * 60 : minutesOf(value);
  if (minutes === undefined || !Number.isInteger(minutes)) return undefined;
  return Math.abs(minutes) <= LARGEST_MINUTES ? minutes : undefined;
}

function minutesOf(text: string): number | undefined {
  if (/^[+-]?\d{1,2}\.\d+$/.test(text)) return Number(text) * 60;
  const match = /^(?<sign>[+-]?)(?<hours>\d{1,2})(?::(?<minutes>[0-5]\d))?$/.exec(text.trim());
  if (match?.groups === undefined) return undefined;
  const { sign, hours, minutes } = match.groups;
  const size = Number(hours) * 60 + Number(minutes ?? 0);
  return sign === '-' && size !== 0 ? -size : size;
}
