// Walks a zod schema: which keys may stand where.
import * as z from 'zod';
import type { Path } from './place.ts';

/** The keys that the schema allows in the map at `path`; none where the keys are free or there is no map. */
export function knownKeys(schema: z.ZodType, path: Path): readonly string[] {
  let here = [schema];
  for (const step of path) here = here.flatMap((one) => children(one, step));
  return [...new Set(here.flatMap((one) => objects(one).flatMap(({ shape }) => Object.keys(shape))))];
}

/** The keys under which a key of this name may stand elsewhere: `username` stands under `ssh` and `ndes`. */
export function parentsOf(schema: z.ZodType, key: string): readonly string[] {
  const index = parentIndex.get(schema) ?? indexParents(schema);
  parentIndex.set(schema, index);
  return index.get(key) ?? [];
}

/** The same slip may stand in every device: a schema is walked once. */
const parentIndex = new WeakMap<z.ZodType, ReadonlyMap<string, readonly string[]>>();

function indexParents(schema: z.ZodType): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, readonly string[]>();
  for (const { key, parent } of places(schema, undefined)) {
    const parents = index.get(key) ?? [];
    if (!parents.includes(parent)) index.set(key, [...parents, parent]);
  }
  return index;
}

interface KeyPlace {
  readonly key: string;
  readonly parent: string;
}

function places(schema: z.ZodType, parent: string | undefined): readonly KeyPlace[] {
  return containers(schema).flatMap((one): readonly KeyPlace[] => {
    if (one instanceof z.ZodObject) {
      return Object.entries(one.shape as Record<string, z.ZodType>).flatMap(([key, value]) => [
        ...(parent === undefined ? [] : [{ key, parent }]),
        ...places(value, key),
      ]);
    }
    if (one instanceof z.ZodRecord) return places(one.valueType as z.ZodType, undefined);
    return one instanceof z.ZodArray ? places(one.element as z.ZodType, parent) : [];
  });
}

function children(schema: z.ZodType, step: string | number): z.ZodType[] {
  return containers(schema).flatMap((one): z.ZodType[] => {
    if (one instanceof z.ZodObject) {
      const { shape } = one as { shape: Record<string, z.ZodType> };
      const child = Object.hasOwn(shape, step) ? shape[step] : undefined;
      return child === undefined ? [] : [child];
    }
    if (one instanceof z.ZodRecord) return [one.valueType as z.ZodType];
    return one instanceof z.ZodArray ? [one.element as z.ZodType] : [];
  });
}

function objects(schema: z.ZodType): z.ZodObject[] {
  return containers(schema).filter((one) => one instanceof z.ZodObject);
}

/** Takes off what is wrapped around the maps and lists of a schema: optional, default, alternatives. */
function containers(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return containers(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return containers(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(containers);
  return [schema];
}
