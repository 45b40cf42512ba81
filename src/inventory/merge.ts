export type Plain = Readonly<Record<string, unknown>>;

/**
 * Merges levels of settings, the most specific first. Maps merge key by key, at every depth; anything else
 * (lists, texts, secrets) is taken whole from the first level that has it, and hides what more general levels say.
 * Neither the levels nor their maps are changed.
 */
export function mergeLevels<Level extends object>(levels: readonly Level[]): Level {
  const merged = levels.reduceRight<Plain>((general, specific) => mergeTwo(specific as Plain, general), {});
  // Levels of one shape merge to that shape: no key is invented and none changes its kind.
  return merged as Level;
}

function mergeTwo(specific: Plain, general: Plain): Plain {
  const merged: Record<string, unknown> = { ...specific };
  for (const [key, value] of Object.entries(general)) {
    const own = Object.hasOwn(merged, key) ? merged[key] : undefined;
    if (own === undefined) merged[key] = value;
    else if (isPlainMap(own) && isPlainMap(value)) merged[key] = mergeTwo(own, value);
  }
  return merged;
}

/** A map as written, not an object of a class such as Secret, which is one value. */
export function isPlainMap(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
