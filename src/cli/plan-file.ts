import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { CONSENTS, type Consent } from '../domain/consent.ts';
import { formatDuration } from '../domain/duration.ts';
import { InputError } from '../domain/errors.ts';
import { type Io, inFolder } from './io.ts';
import { isWork, PLAN_SCHEMA, PLANNED_AS, type PlanDocument, type PlannedAs } from './plan-document.ts';
import { codeOf } from './run-folder.ts';
import { redact } from './thrown.ts';

/** What of a saved plan is needed to carry it out. */
export interface SavedPlan {
  /** The file as it was read. */
  readonly text: string;
  readonly id: string;
  readonly createdAt: Date;
  readonly purpose: PlanDocument['purpose'];
  readonly allowOverwriteNvram: boolean;
  readonly devices: readonly SavedPlanDevice[];
}

export interface SavedPlanDevice {
  readonly device: string;
  readonly as: PlannedAs;
  readonly consents: readonly Consent[];
  readonly agreement: { readonly rests: readonly string[]; readonly types: readonly string[] };
  /** Trustpoints whose certificate is requested. */
  readonly requests: readonly string[];
}

/** The plan in the folder of the run that made it, or that carries it out. */
export const PLAN_FILE = 'plan.json';

/** The document as JSON, its texts free of secrets; a line for each device, for there may be thousands. */
export function planJson({ devices, ...head }: PlanDocument): string {
  const clean = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? redact(value) : value;
  const lines = devices.map((device) => `    ${JSON.stringify(device, clean)}`);
  const facts = JSON.stringify(head, clean, 2).replace(/\n\}$/, '');
  return `${facts},\n  "devices": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

const names = <T extends string>(keys: readonly T[]) =>
  z.custom<T>((value) => typeof value === 'string' && keys.some((key) => key === value));
const Before = z.union([
  z.object({ kind: z.literal('duration'), milliseconds: z.number() }),
  z.object({ kind: z.literal('percent-of-life-left'), percent: z.number() }),
]);

const Saved = z.object({
  id: z.string(),
  createdAt: z.iso.datetime().transform((text) => new Date(text)),
  purpose: z.object({
    kind: z.enum(['enroll', 'renew']),
    before: Before.exactOptional(),
    ignoreWindows: z.boolean().exactOptional(),
  }),
  allowOverwriteNvram: z.boolean(),
  devices: z.array(
    z.object({
      device: z.string(),
      as: names(Object.keys(PLANNED_AS) as PlannedAs[]),
      plan: z
        .object({
          consents: z.array(names(Object.keys(CONSENTS) as Consent[])),
          agreement: z.object({ rests: z.array(z.string()), types: z.array(z.string()) }),
          actions: z.array(z.object({ kind: z.string(), trustpoint: z.string().exactOptional() })),
        })
        .exactOptional(),
    }),
  ),
});

/** How far clocks of two machines may be apart before a plan counts as made in the future, in milliseconds. */
const CLOCKS_APART_MS = 300_000;

/** Reads a plan. Throws InputError when the file is none, is of another trustfleet, or is older than `maxAgeMs`. */
export async function readPlan(
  file: string,
  { maxAgeMs, now }: { readonly maxAgeMs: number; readonly now: Date },
  io: Io,
): Promise<SavedPlan> {
  const wrong = (message: string, hint: string): InputError => new InputError([{ file, message, hint }]);
  const make = 'trustfleet plan --out makes one';
  const { text, document } = await readJson(file, io, (message) => wrong(message, make));
  const schema = z.object({ schema: z.number() }).safeParse(document);
  if (schema.success && schema.data.schema !== PLAN_SCHEMA) {
    throw wrong(
      `is a plan of schema ${schema.data.schema}, this trustfleet reads ${PLAN_SCHEMA}`,
      'make it anew',
    );
  }
  const { success, data } = Saved.safeParse(document);
  if (!success) throw wrong('is no plan', make);
  const listed = data.devices.map(({ device }) => device);
  const twice = firstTwice(listed);
  if (twice !== undefined)
    throw wrong(`lists ${twice} twice, so nobody knows what was agreed on for it`, 'make it anew');
  const age = now.getTime() - data.createdAt.getTime();
  if (age < -CLOCKS_APART_MS) {
    throw wrong(
      `was made at ${data.createdAt.toISOString()}, which is yet to come`,
      'check this machine’s clock',
    );
  }
  if (age > maxAgeMs) {
    const how = `is ${formatDuration(age)} old, ${formatDuration(maxAgeMs)} is the most`;
    throw wrong(how, 'make it anew and read it, or give --plan-max-age');
  }
  return {
    ...data,
    text,
    devices: data.devices.map(({ device, as, plan }) => savedDevice(device, as, plan)),
  };
}

/** In one pass: a plan may hold thousands. */
function firstTwice(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

async function readJson(
  file: string,
  io: Io,
  wrong: (message: string) => InputError,
): Promise<{ readonly text: string; readonly document: unknown }> {
  const text = await readFile(inFolder(io, file), 'utf8').catch((error: unknown) => {
    throw wrong(`cannot be read (${codeOf(error)})`);
  });
  try {
    return { text, document: JSON.parse(text) as unknown };
  } catch {
    throw wrong('is no JSON');
  }
}

function savedDevice(
  device: string,
  as: PlannedAs,
  plan: z.infer<typeof Saved>['devices'][number]['plan'],
): SavedPlanDevice {
  const { consents = [], agreement = { rests: [], types: [] }, actions = [] } = plan ?? {};
  const requests = actions.flatMap(({ kind, trustpoint }) =>
    kind === 'enroll' && trustpoint !== undefined ? [trustpoint] : [],
  );
  return { device, as, consents, agreement, requests };
}

/** The devices of a plan that something is to be done to. */
export function devicesWithWork({ devices }: SavedPlan): readonly SavedPlanDevice[] {
  return devices.filter(({ as }) => isWork(as));
}
