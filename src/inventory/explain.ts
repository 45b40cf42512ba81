// Turns what zod finds into sentences with places.
import type { z } from 'zod';
import type { Path } from './place.ts';
import { type TreeProblems, withHint } from './problems.ts';
import { knownKeys, parentsOf } from './schema-keys.ts';
import { didYouMean } from './suggest.ts';

type RawIssue = z.core.$ZodRawIssue;
type Issue = z.core.$ZodIssue;

/** Checks `root` against the schema and reports every issue. Returns what the schema makes of it, when it is sound. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  root: unknown,
  problems: TreeProblems,
): z.output<Schema> | undefined {
  // Code made for one schema at run time costs more than it saves, whatever the size of the fleet.
  const result = schema.safeParse(root, { error: sentence, jitless: true });
  if (result.success) return result.data;
  for (const issue of result.error.issues) report(issue, [], schema, problems);
  return undefined;
}

function report(issue: Issue, around: Path, schema: z.ZodType, problems: TreeProblems): void {
  const path = [...around, ...(issue.path as Path)];
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) problems.atKey([...path, key], unknownKey(key, path, schema));
  } else if (issue.code === 'invalid_key') {
    problems.atKey(path, issue.issues[0]?.message ?? issue.message);
  } else if (issue.code === 'invalid_union') {
    const branch = meantBranch(issue.errors);
    if (branch === undefined) problems.atValue(path, issue.message);
    else for (const inner of branch) report(inner, path, schema, problems);
  } else {
    problems.atValue(path, issue.message);
  }
}

/** The one alternative whose kind of value was written: its complaints are the ones worth hearing. */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const meant = branches.filter((issues) => !issues.some(isWrongKind));
  return meant.length === 1 ? meant[0] : undefined;
}

function isWrongKind({ path, code }: Issue): boolean {
  return (
    path.length === 0 && (code === 'invalid_type' || code === 'invalid_value' || code === 'invalid_union')
  );
}

function unknownKey(key: string, path: Path, schema: z.ZodType): string {
  const known = knownKeys(schema, path);
  const elsewhere = parentsOf(schema, key)[0];
  const hint =
    didYouMean(key, known) ??
    (elsewhere === undefined ? undefined : `${key} belongs under ${elsewhere}`) ??
    (known.length === 0 ? undefined : `known here: ${known.join(', ')}`);
  return withHint('is an unknown key', hint);
}

/** The default sentence for an issue; a schema's own sentence comes before it. Values are not repeated: they may be secret. */
function sentence(issue: RawIssue): string | undefined {
  const { code, input } = issue;
  if (input === undefined) return 'is missing';
  if (input === null) return withHint('has no value', 'give it one or remove the key');
  if (code === 'invalid_type') {
    const hint = typeof input === 'boolean' && issue.expected === 'string' ? 'put it in quotes' : undefined;
    return withHint(
      `expected ${EXPECTED[String(issue.expected)] ?? issue.expected}, found ${kindOf(input)}`,
      hint,
    );
  }
  if (code === 'invalid_value') {
    const values = issue.values.map(String);
    return withHint(
      `expected ${alternatives(values)}`,
      typeof input === 'string' ? didYouMean(input, values) : undefined,
    );
  }
  if (code === 'too_small' && issue.origin === 'array') return 'is empty';
  return undefined;
}

function alternatives(words: readonly string[]): string {
  const [last = '', ...before] = words.toReversed();
  return before.length === 0 ? last : `${before.toReversed().join(', ')} or ${last}`;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'a map of keys',
  record: 'a map of keys',
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
}
