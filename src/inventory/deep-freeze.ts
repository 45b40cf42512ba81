import { isPlainMap } from './merge.ts';

/** Freezes maps and lists at every depth. What is frozen already is taken to be so throughout; objects of a class are left. */
export function deepFreeze<Value>(value: Value): Value {
  if (!(isPlainMap(value) || Array.isArray(value)) || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
