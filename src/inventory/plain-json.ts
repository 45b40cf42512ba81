import { isPlainMap, type Plain } from './merge.ts';

/**
 * The map in a JSON text that stands as JSON.stringify writes it, compact or indented by two. Such a text means the
 * same as JSON and as YAML: no key stands in it twice, no number would be written otherwise. Undefined for any other.
 */
export function readPlainJson(text: string): Plain | undefined {
  if (!text.startsWith('{') || NO_NAMES.test(text)) return undefined;
  const root = parse(text);
  if (!isPlainMap(root)) return undefined;
  const written = text.trimEnd();
  const indent = written.startsWith('{\n') ? 2 : 0;
  return JSON.stringify(root, undefined, indent) === written ? root : undefined;
}

/** Keys that the inventory's reader refuses; a text that may hold one is left to it. */
const NO_NAMES = /""\s*:|__proto__/;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
