import type { Device } from '../domain/device.ts';
import type { InputProblem } from '../domain/errors.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { type CompiledTemplate, compileTemplate, type Drawing, TOKEN } from './compile.ts';
import { NAME_TEMPLATE_SHAPE } from './variables.ts';

/** A rendered name, or what is wrong with it on this device. */
export type Named = { readonly text: string } | { readonly problems: readonly InputProblem[] };

/** Renders the small templates that stand in the inventory itself: a trustpoint's `subject` and `fqdn`. */
export interface NameTemplates {
  subject(device: Device, trustpoint: Trustpoint): Named;
  /** A name with a dot, or `none`. */
  fqdn(device: Device, trustpoint: Trustpoint): Named;
}

/** Each text is compiled once, however many devices share it. */
export function createNameTemplates(): NameTemplates {
  const compiled = new Map<string, ReturnType<typeof compileTemplate>>();
  const compile = (text: string): ReturnType<typeof compileTemplate> => {
    const known = compiled.get(text);
    if (known !== undefined) return known;
    const place = (): Pick<InputProblem, 'file'> => ({ file: 'inventory' });
    const made = compileTemplate({ text, place }, NAME_TEMPLATE_SHAPE, () => undefined);
    compiled.set(text, made);
    return made;
  };
  return {
    subject: (device, trustpoint) => {
      const key = keyOf(device, trustpoint, 'subject');
      return render(compile(trustpoint.subject), device, key, whySubjectValue, whySubject);
    },
    fqdn: (device, trustpoint) => {
      const key = keyOf(device, trustpoint, 'fqdn');
      const named = render(compile(trustpoint.fqdn), device, key, () => undefined, whyFqdn);
      // A name without a dot is refused by the router: “at least one '.' in the domain name”.
      return 'text' in named && !named.text.includes('.') ? { text: 'none' } : named;
    },
  };
}

function keyOf(device: Device, trustpoint: Trustpoint, field: string): string {
  return `devices.${device.name}.trustpoints.${trustpoint.name}.${field}`;
}

function render(
  compiled: CompiledTemplate | { readonly problems: readonly InputProblem[] },
  device: Device,
  key: string,
  whyValue: (value: string) => string | undefined,
  whyText: (text: string) => string | undefined,
): Named {
  if ('problems' in compiled) return { problems: compiled.problems.map((problem) => ({ ...problem, key })) };
  const { name, host, fqdn, vars } = device;
  const drawing = compiled.draw({ ...vars, name, host, fqdn, vars });
  const problems = [...drawing.problems, ...refusedValues(drawing, whyValue)];
  if (problems.length > 0) return { problems: problems.map((problem) => ({ ...problem, key })) };
  const text = putIn(drawing);
  const refused = whyText(text);
  return refused === undefined
    ? { text }
    : {
        problems: [
          {
            file: 'inventory',
            key,
            message: `renders as “${text.replaceAll('\n', '\\n')}”, which ${refused}`,
          },
        ],
      };
}

function refusedValues(
  drawing: Drawing,
  why: (value: string) => string | undefined,
): readonly InputProblem[] {
  return drawing.values.flatMap(({ value, site }) => {
    const refused = why(String(value));
    return refused === undefined ? [] : [{ ...site.place, message: `{{${site.variable}}} ${refused}` }];
  });
}

function putIn({ text, values }: Drawing): string {
  return text
    .split(TOKEN)
    .map((part, index) => (index % 2 === 0 ? part : String(values[Number(part)]?.value ?? '')))
    .join('');
}

/** A value stays inside the attribute it was written in: it can neither end it nor begin another. */
function whySubjectValue(value: string): string | undefined {
  const character = /[,+="\\<>;]/.exec(value)?.[0];
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

function whyFqdn(text: string): string | undefined {
  return /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/.test(
    text,
  )
    ? undefined
    : 'is no host name: letters, digits, dashes and dots';
}
