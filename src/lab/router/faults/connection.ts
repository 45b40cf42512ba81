/** Connections that do not come about, or do not last. A `cut` strikes once; the TCP connection is gone without a word. */
export const CONNECTION_FAULTS = {
  /** TCP connections are reset, as when all lines are in use. */
  'vty-full': 'has no free vty line',
  /** A session in which nothing is typed for a while is closed, 10 minutes unless said otherwise. */
  'idle-timeout': 'closes idle sessions early',
  /** The connection dies while the enroll dialogue waits for its first answer, every time. */
  'close-mid-enroll': 'drops the connection in the middle of crypto pki enroll',
  /** Behind the login, before the first prompt. */
  'cut-login': 'cuts the connection behind the login',
  /** At the first line below a trustpoint, which is kept. */
  'cut-configure': 'cuts the connection while a trustpoint is configured',
  /** After the key was made, before the router says so. */
  'cut-keygen': 'cuts the connection while keys are generated',
  /** After the fingerprints were shown; the CA is not accepted. */
  'cut-authenticate': 'cuts the connection while a CA is authenticated',
  /** After the request was agreed to; the router sends it all the same. */
  'cut-enroll': 'cuts the connection after the request was sent',
  /** After `Building configuration...`; nothing is written. */
  'cut-save': 'cuts the connection while the configuration is saved',
} as const;

/** A step at which the connection can be cut. */
export type CutPoint = 'login' | 'configure' | 'keygen' | 'authenticate' | 'enroll' | 'save';
