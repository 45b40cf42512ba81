/** Freezes maps and lists at every depth. What is frozen already is taken to be so throughout; objects of a class are left. */
export function deepFreeze<Value>(value: Value): Value {
  if (!isPlain(value) || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

/** Whether nothing in a value can change: all maps and lists in it are frozen, and no object of a class is among them. */
export function isDeepFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'function';
  return isPlain(value) && Object.isFrozen(value) && Object.values(value).every(isDeepFrozen);
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
