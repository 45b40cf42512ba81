/** messageType (RFC 8894 3.2.1.2). CertPoll is the GetCertInitial of earlier drafts. */
export const MESSAGE_TYPES = {
  CertRep: 3,
  RenewalReq: 17,
  PKCSReq: 19,
  CertPoll: 20,
  GetCert: 21,
  GetCRL: 22,
} as const;

/** pkiStatus (RFC 8894 3.2.1.3). */
export const PKI_STATUSES = { SUCCESS: 0, FAILURE: 2, PENDING: 3 } as const;

/** failInfo (RFC 8894 3.2.1.4). */
export const FAIL_INFOS = {
  badAlg: 0,
  badMessageCheck: 1,
  badRequest: 2,
  badTime: 3,
  badCertId: 4,
} as const;

export type MessageType = keyof typeof MESSAGE_TYPES;
export type PkiStatus = keyof typeof PKI_STATUSES;
export type FailInfo = keyof typeof FAIL_INFOS;

/** The name of a number in one of the tables above, from its decimal text on the wire. */
export function nameOfNumber<Name extends string>(
  table: Readonly<Record<Name, number>>,
  text: string,
): Name | undefined {
  return (Object.keys(table) as Name[]).find((name) => String(table[name]) === text);
}
