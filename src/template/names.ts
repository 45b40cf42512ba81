import type { Device } from '../domain/device.ts';
import type { InputProblem } from '../domain/errors.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { type CompiledTemplate, compileTemplate } from './compile.ts';
import { piecesOf } from './cut.ts';
import type { Drawing } from './draw.ts';
import type { Skeleton } from './trace.ts';
import { checkValue } from './value.ts';
import { NAME_TEMPLATE_SHAPE } from './variables.ts';
import { viewNames } from './view.ts';

/** Where a key of the inventory stands: `['trustpoints', 'BRANCH', 'subject']`. */
export type PlaceOf = (key: readonly string[]) => InventoryPlace;
type InventoryPlace = Pick<InputProblem, 'file' | 'line' | 'column'>;

/** A rendered name, or what is wrong with it on this device. */
export type Named = { readonly text: string } | { readonly problems: readonly InputProblem[] };

/** Renders the small templates that stand in the inventory itself: a trustpoint's `subject` and `fqdn`. */
export interface NameTemplates {
  subject(device: Device, trustpoint: Trustpoint): Named;
  /** A name with a dot, or `none`. */
  fqdn(device: Device, trustpoint: Trustpoint): Named;
  /** Where a PKCS#12 file is: on this machine, and for the router. */
  pkcs12(device: Device, trustpoint: Trustpoint, which: 'file' | 'url', text: string): Named;
}

/** Each text is compiled once, however many devices share it. */
export function createNameTemplates(placeOf: PlaceOf): NameTemplates {
  const compiled = new Map<string, ReturnType<typeof compileTemplate>>();
  const compile = (text: string): ReturnType<typeof compileTemplate> => {
    const known = compiled.get(text);
    if (known !== undefined) return known;
    // Many trustpoints may share the text: each problem gets its place when it is told.
    const place = (): Pick<InputProblem, 'file'> => ({ file: 'inventory' });
    const made = compileTemplate({ text, place }, NAME_TEMPLATE_SHAPE, () => undefined);
    compiled.set(text, made);
    return made;
  };
  return {
    subject: (device, trustpoint) => {
      const at = () => placeIn(device, trustpoint, 'subject', placeOf);
      if (trustpoint.subject === '') return { text: '' };
      return render(compile(trustpoint.subject), device, at, whySubjectValue, whySubject);
    },
    fqdn: (device, trustpoint) => {
      const at = () => placeIn(device, trustpoint, 'fqdn', placeOf);
      const named = render(compile(trustpoint.fqdn), device, at, () => undefined, whyFqdn);
      // A name without a dot is refused by the router: “at least one '.' in the domain name”.
      return 'text' in named && !named.text.includes('.') ? { text: 'none' } : named;
    },
    pkcs12: (device, trustpoint, which, text) => {
      const at = () => placeIn(device, trustpoint, `method.pkcs12.${which}`, placeOf);
      return render(compile(text), device, at, whyPathValue, () => undefined);
    },
  };
}

/** The key tells the device too: the text may be right for all but one of them. */
function placeIn(
  device: Device,
  { name, rolledFrom = name }: Trustpoint,
  field: string,
  placeOf: PlaceOf,
): InventoryPlace & { readonly key: string } {
  return {
    ...placeOf(['trustpoints', rolledFrom, field]),
    key: `devices.${device.name}.trustpoints.${rolledFrom}.${field}`,
  };
}

function render(
  compiled: CompiledTemplate | { readonly problems: readonly InputProblem[] },
  device: Device,
  at: () => InventoryPlace & { readonly key: string },
  whyValue: (value: string) => string | undefined,
  whyText: (text: string) => string | undefined,
): Named {
  if ('problems' in compiled) return placed(compiled.problems, at());
  const drawing = compiled.draw(viewNames(device));
  if (drawing.problems.length > 0 || isRefused(drawing.values, whyValue)) {
    return placed([...drawing.problems, ...refusedValues(drawing, whyValue)], at());
  }
  const text = putIn(drawing);
  const refused = whyText(text);
  if (refused !== undefined) {
    const shown = text.replaceAll('\n', '\\n');
    return { problems: [{ ...at(), message: `renders as “${shown}”, which ${refused}` }] };
  }
  // Told here, where the text stands, and not where a template prints it; without the text, for it is the same for all.
  const typed = checkValue(text, 'text');
  return 'refused' in typed
    ? { problems: [{ ...at(), message: `renders to a text that ${typed.refused}` }] }
    : { text };
}

function placed(problems: readonly InputProblem[], place: InventoryPlace & { readonly key: string }): Named {
  return { problems: problems.map((problem) => ({ ...problem, ...place })) };
}

function isRefused(values: Drawing['values'], why: (value: string) => string | undefined): boolean {
  for (const value of values) if (why(String(value)) !== undefined) return true;
  return false;
}

function refusedValues(
  { skeleton, values }: Drawing,
  why: (value: string) => string | undefined,
): readonly InputProblem[] {
  return values.flatMap((value, index) => {
    const refused = why(String(value));
    const site = skeleton.sites[index];
    return refused === undefined || site === undefined
      ? []
      : [{ ...site.place, message: `{{${site.variable}}} ${refused}` }];
  });
}

const PIECES = new WeakMap<Skeleton, ReturnType<typeof piecesOf>>();

function putIn({ skeleton, values }: Drawing): string {
  let pieces = PIECES.get(skeleton);
  if (pieces === undefined) {
    pieces = piecesOf(skeleton.text);
    PIECES.set(skeleton, pieces);
  }
  let text = '';
  for (const piece of pieces) text += typeof piece === 'string' ? piece : String(values[piece] ?? '');
  return text;
}

const SPECIAL = /[,+="\\<>;]/;

/** A value stays inside the attribute it was written in: it can neither end it nor begin another. */
function whySubjectValue(value: string): string | undefined {
  const character = SPECIAL.test(value) ? SPECIAL.exec(value)?.[0] : undefined;
  return character === undefined
    ? undefined
    : `holds ${character}, which would end its attribute or begin another one of the subject`;
}

function whySubject(text: string): string | undefined {
  if (text.includes('\n')) return 'is more than one line';
  if (text !== text.trim()) return 'begins or ends with a blank';
  if (!/^[A-Za-z0-9.]+ *=/.test(text)) return 'is no X.500 name such as CN=br-1.example.net,OU=Branches';
  return undefined;
}

/** A value is a part of one name in a path; it does not lead elsewhere. */
function whyPathValue(value: string): string | undefined {
  return /[\\/]|^\.\.?$/.test(value) ? 'would lead into another folder' : undefined;
}

const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;

/** RFC 1035, section 2.3.4. */
function whyFqdn(text: string): string | undefined {
  if (text.length > LONGEST_NAME) return `has more than the ${LONGEST_NAME} characters of a DNS name`;
  if (text.length > LONGEST_LABEL && text.split('.').some((label) => label.length > LONGEST_LABEL)) {
    return `has more than ${LONGEST_LABEL} characters between two dots, the most that DNS allows`;
  }
  return /^[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/.test(
    text,
  )
    ? undefined
    : 'is no host name: letters, digits, dashes and dots';
}
