import type { NameAttribute } from '../domain/certificate.ts';
import type { PrintedCertificate, PrintedDate } from '../domain/printed-certificate.ts';
import { canonicalType } from './attribute-types.ts';
import { sameSerial } from './check-state.ts';
import type { DecodedCertificate } from './decode.ts';
import { describeName } from './names.ts';
import type { Evidence, Verdict } from './verify.ts';

/** What one field of the print says against the DER. */
type Agreement = 'agrees' | 'not printed' | { readonly differs: string };

const QUARTER_HOUR = 15 * 60_000;
const FARTHEST_ZONE = 14 * 3_600_000;
/** Summer time lies between the two dates of a certificate, by two hours at most anywhere. */
const MOST_SUMMER = 2 * 3_600_000;
/** Types that every release prints with a name; of others it is not known how, or whether. */
const PRINTED_TYPES: ReadonlySet<string> = new Set([
  'cn',
  'ou',
  'o',
  'l',
  'st',
  'c',
  'e',
  'dc',
  'serialnumber',
  'unstructuredname',
  'unstructuredaddress',
]);

/** The router's print is a second reading of the same certificate, made by other hands than ours. */
export function checkPrint({ identity, printed }: Evidence): Verdict {
  const expected = 'serial number, subject, issuer and dates as in the DER';
  if (typeof identity === 'string') return { status: 'unknown', expected, actual: identity };
  if (printed === undefined)
    return { status: 'unknown', expected, actual: 'the router lists no certificate' };
  const fields: Readonly<Record<string, Agreement>> = {
    'serial number': compareSerial(identity, printed),
    subject: compareName(identity.subject, printed.subject),
    issuer: compareName(identity.issuer, printed.issuer),
    dates: compareDates(identity, printed),
  };
  const entries = Object.entries(fields);
  const differences = entries.flatMap(([name, agreement]) =>
    typeof agreement === 'string' ? [] : [`${name}: ${agreement.differs}`],
  );
  if (differences.length > 0) return { status: 'fail', expected, actual: differences.join('; ') };
  const missing = entries.filter(([, agreement]) => agreement === 'not printed').map(([name]) => name);
  if (missing.length > 0)
    return { status: 'unknown', expected, actual: `not printed: ${missing.join(', ')}` };
  return { status: 'pass', expected, actual: 'the print agrees' };
}

function compareSerial({ serial }: DecodedCertificate, printed: PrintedCertificate): Agreement {
  if (printed.serial === undefined) return 'not printed';
  if (sameSerial(printed.serial, serial)) return 'agrees';
  return { differs: `printed ${printed.serial}, in the DER ${serial}` };
}

function compareName(encoded: readonly NameAttribute[], printed: readonly NameAttribute[]): Agreement {
  const [there, here] = [encoded.flatMap(comparable).toSorted(), printed.flatMap(comparable).toSorted()];
  if (here.length === 0 && there.length > 0) return 'not printed';
  if (there.length === here.length && there.every((each, index) => each === here[index])) return 'agrees';
  return { differs: `printed ${describeName(printed)}, in the DER ${describeName(encoded)}` };
}

/** A print breaks values at commas and has no other alphabet than ASCII: what is left can be compared. */
function comparable({ type, value }: NameAttribute): readonly string[] {
  const name = canonicalType(type);
  return PRINTED_TYPES.has(name) ? [`${name}=${value.replace(/[^!-~]|[,"\\]/g, '')}`] : [];
}

/** The zone is a word without an offset, so a printed time may lie any whole quarter of an hour away, to a degree. */
function compareDates({ notBefore, notAfter }: DecodedCertificate, printed: PrintedCertificate): Agreement {
  const { startDate, endDate } = printed;
  if (startDate === undefined || endDate === undefined) return 'not printed';
  const start = startDate.local.getTime() - notBefore.getTime();
  const end = endDate.local.getTime() - notAfter.getTime();
  if (!isZone(start)) return differ(startDate, notBefore);
  if (!isZone(end)) return differ(endDate, notAfter);
  return Math.abs(start - end) <= MOST_SUMMER
    ? 'agrees'
    : { differs: `“${startDate.text}” and “${endDate.text}” lie in two zones` };
}

function isZone(offset: number): boolean {
  return offset % QUARTER_HOUR === 0 && Math.abs(offset) <= FARTHEST_ZONE;
}

function differ({ text }: PrintedDate, instant: Date): Agreement {
  return { differs: `printed “${text}”, in the DER ${instant.toISOString()}` };
}
