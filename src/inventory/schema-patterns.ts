// What the checks of texts refuse, as far as a regular expression without flags can say it: for the JSON Schema.
// A pattern may take more than its check does, never less.
import { anyCase } from '../domain/any-case.ts';

/** Control characters and line ends, inside a character class. */
const CONTROL = String.raw`\u0000-\u001f\u007f-\u009f\u2028\u2029`;

export const LINE_PATTERN = `^[^${CONTROL}]+$`;
export const CONFIG_TEXT_PATTERN = String.raw`^[^\s?${CONTROL}](?:[^?${CONTROL}]*[^\s?${CONTROL}])?$`;
/** Printable ASCII without the blank, the quote and the question mark. */
export const CONFIG_WORD_PATTERN = '^[!#->@-~]+$';
export const NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]*$';
/** A device name, which may hold ranges. */
export const RANGED_NAME_PATTERN = String.raw`^[A-Za-z0-9\[][A-Za-z0-9._:\[\]-]*$`;

const WORD = '[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?';
const DNS_NAME = String.raw`${WORD}(?:\.${WORD})*`;
export const DOMAIN_PATTERN = `^${DNS_NAME}$`;

const OCTET = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const IPV4 = String.raw`${OCTET}(?:\.${OCTET}){3}`;
const IPV6 = String.raw`\[?[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f.:]*(?:%[^\]]+)?\]?`;
/** What consists of digits and dots is no name, but an address with a slip. */
const ADDRESS = String.raw`(?:${IPV4}|${IPV6}|(?![\d.]+$)${DNS_NAME})`;
export const ADDRESS_PATTERN = `^${ADDRESS}$`;
export const HOST_PATTERN = String.raw`^(?:[\s\S]*\[.*\][\s\S]*|${ADDRESS})$`;

const SIZE = String.raw`\d+(?:\.\d+)?\s*(?:ms|s|m|h|d|w)`;
/** Something above zero stands in it. */
const LONGER_THAN_NOTHING = '(?=[^a-z]*[1-9])';
export const DURATION_PATTERN = String.raw`^\s*${SIZE}\s*$`;
export const POSITIVE_DURATION_PATTERN = String.raw`^\s*${LONGER_THAN_NOTHING}${SIZE}\s*$`;
export const BEFORE_PATTERN = String.raw`^\s*(?:0*[1-9]\d?\s*%|${LONGER_THAN_NOTHING}${SIZE})\s*$`;
/** Five fields; which numbers and names may stand in them is for the reader of the rule. */
export const CRON_PATTERN = String.raw`^\s*[0-9A-Za-z*,/#-]+(?:\s+[0-9A-Za-z*,/#-]+){4}\s*$`;
/** Lines that name the trustpoint they switch to. */
const SWITCHED = String.raw`(?:[^?${CONTROL}]|\n)*`;
export const SWITCH_PATTERN = String.raw`^${SWITCHED}\{\{ *new *\}\}${SWITCHED}$`;
export const ZONE_PATTERN = '^[A-Za-z][A-Za-z0-9_+/-]*$';
/** From 1 to 60 minutes; other units as they come. */
export const MINUTES_PATTERN = String.raw`^\s*(?:0*(?:[1-9]|[1-5]\d|60)(?:\.0+)?\s*m|${LONGER_THAN_NOTHING}\d+(?:\.\d+)?\s*(?:ms|s|h|d|w))\s*$`;
/** From 3 minutes to 2 hours, in minutes or whole hours. */
export const GUARD_PATTERN = String.raw`^\s*0*(?:(?:[3-9]|[1-9]\d|1[01]\d|120)\s*m|[12]\s*h)\s*$`;
/** It looks, and is filtered by what only chooses lines. */
export const LOOKING_PATTERN = String.raw`^(?:show|ping|traceroute) +[^ |][^|]*(?:\| *(?:include|exclude|begin|section|count) +[^ ].*)?$`;
export const OFFSET_PATTERN = String.raw`^\s*[+-]?\d{1,2}(?::[0-5]\d|\.\d+)?\s*$`;

const HTTP = anyCase('http');
const NO_BLANK = String.raw`[^\s${CONTROL}]+`;
export const WEB_URL_PATTERN = `^${HTTP}[Ss]?:${NO_BLANK}$`;
/** What is not read over plain http. */
export const NOT_PLAIN_HTTP_PATTERN = `^(?!${HTTP}:)`;
const PKI_CLIENT = String.raw`[^:/]/+${anyCase('pkiclient')}\.${anyCase('exe')}/*$`;
export const SCEP_URL_PATTERN = String.raw`^${HTTP}:(?!.*${PKI_CLIENT})[^\s?#${CONTROL}]+$`;

export const LDAP_URL_PATTERN = String.raw`^${anyCase('ldap')}:[^\s?${CONTROL}]+$`;
/** A device of a router, with its colon. */
export const DEVICE_PATTERN = '^[A-Za-z][A-Za-z0-9-]*:$';
/** Where a router reads a file. */
export const FILE_URL_PATTERN = String.raw`^(?:${anyCase('tftp')}|${HTTP})://[^/\s?${CONTROL}]+/+[^/\s?${CONTROL}][^\s?${CONTROL}]*$`;
/** One that is by TFTP, and another one for each device. */
export const TFTP_URL_PER_DEVICE_PATTERN = String.raw`^${anyCase('tftp')}:.*\{\{`;

const oneOf = (words: string): string => `(?:${words.split(' ').map(anyCase).join('|')})`;
const WEEK = `(?:[1-5]|${oneOf('first last')})`;
const DAY = `${oneOf('sun mon tue wed thu fri sat')}[A-Za-z]*`;
const MONTH = `${oneOf('jan feb mar apr may jun jul aug sep oct nov dec')}[A-Za-z]*`;
const WHEN = String.raw`${WEEK}\s+${DAY}\s+${MONTH}\s+\d{1,2}:\d{2}`;
/** Its start and its end. */
export const RECURRING_PATTERN = String.raw`^(?:(?:^|\s+)${WHEN}){2}$`;
