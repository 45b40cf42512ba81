/** More names than this in one pattern are taken for a slip of the pen. */
const MOST_NAMES = 100_000;

type Expansion = { readonly names: readonly string[] } | { readonly problem: string };

/**
 * Expands Ansible's ranges: `br-[01-20]`, `br-[01:20]`, `[1:9:2]` with a step, `[a-f]`; several ranges multiply, the
 * last one turning fastest. Leading zeros of the start set the width. A text without brackets stands for itself.
 */
export function expandRanges(pattern: string): Expansion {
  let names = [''];
  let rest = pattern;
  while (rest !== '') {
    const open = rest.search(/[[\]]/);
    const literal = open === -1 ? rest : rest.slice(0, open);
    names = literal === '' ? names : names.map((name) => name + literal);
    if (open === -1) break;
    const close = rest.indexOf(']', open);
    if (rest[open] === ']' || close === -1) return { problem: 'holds a bracket without its partner' };
    const values = rangeValues(rest.slice(open + 1, close));
    if (typeof values === 'string') return { problem: values };
    if (names.length * values.length > MOST_NAMES)
      return { problem: `stands for more than ${MOST_NAMES} names` };
    names = names.flatMap((name) => values.map((value) => name + value));
    rest = rest.slice(close + 1);
  }
  return { names };
}

export function hasRange(text: string): boolean {
  return /[[\]]/.test(text);
}

/** The values of what stands between brackets, or a sentence. */
function rangeValues(range: string): readonly string[] | string {
  const match = /^(?<start>\d+|[A-Za-z])[-:](?<end>\d+|[A-Za-z])(?::(?<step>\d+))?$/.exec(range);
  const { start = '', end = '', step = '1' } = match?.groups ?? {};
  if (match === null) return `[${range}] is no range: expected such as [01-20], [1:9:2] or [a-f]`;
  if (Number(step) === 0) return `[${range}] has a step of 0`;
  return /\d/.test(start)
    ? numbers(range, start, end, Number(step))
    : letters(range, start, end, Number(step));
}

function numbers(range: string, start: string, end: string, step: number): readonly string[] | string {
  if (!/^\d+$/.test(end)) return `[${range}] begins with a number and ends with a letter`;
  const isPadded = start.length > 1 && start.startsWith('0');
  if (isPadded && start.length !== end.length)
    return `[${range}]: with leading zeros both ends need the same length`;
  const width = isPadded ? start.length : 0;
  return count(range, Number(start), Number(end), step, (value) => String(value).padStart(width, '0'));
}

function letters(range: string, start: string, end: string, step: number): readonly string[] | string {
  const isSameCase = /^(?:[a-z]{2}|[A-Z]{2})$/.test(start + end);
  if (!isSameCase) return `[${range}] must run between two letters of the same case`;
  return count(range, start.charCodeAt(0), end.charCodeAt(0), step, (code) => String.fromCharCode(code));
}

function count(
  range: string,
  start: number,
  end: number,
  step: number,
  write: (value: number) => string,
): readonly string[] | string {
  if (start > end) return `[${range}] runs backward`;
  const size = Math.floor((end - start) / step) + 1;
  if (!Number.isSafeInteger(end) || size > MOST_NAMES) return `stands for more than ${MOST_NAMES} names`;
  return Array.from({ length: size }, (_, index) => write(start + index * step));
}
