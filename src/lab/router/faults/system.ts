/** NVRAM, clock and time servers. */
export const SYSTEM_FAULTS = {
  /** The startup configuration cannot be written. */
  'nvram-full': 'has no room in NVRAM',
  /** The first two attempts to save fail: somebody else has the file open. */
  'nvram-busy': 'has its startup configuration open elsewhere, twice',
  /** Saving fails with an error of the file system. */
  'nvram-error': 'cannot open its startup configuration',
  /** Saving ends in `[OK]`, and the startup configuration is what it was. */
  'saves-nothing': 'says [OK] when it saves, and saves nothing',
  /** Saving ends in `[OK]`, and the startup configuration has every line but the certificate chains. */
  'saves-no-certificates': 'says [OK] when it saves, and leaves out the certificates',
  /** Saving asks whether the configuration of another system image may be overwritten. */
  'old-nvram-question': 'asks before it overwrites the startup configuration',
  /** `usbtoken0:` is not there: neither to keep keys nor to make them. */
  'no-token': 'has no USB token in its slot',
  /** The clock starts in March 1993 and says so with a star. */
  'clock-1993': 'starts in 1993',
  /** NTP servers may be configured, but the clock never follows them. */
  'no-ntp-sync': 'never synchronizes its clock',
  /** Its tunnel is up until it holds a certificate that was not saved. */
  'tunnel-drops': 'loses its tunnel when it gets a certificate',
  /** `clock timezone Moscow 3`. */
  'odd-zone': 'has a time zone called Moscow',
  /** `clock timezone IST 5 30`, with a name that stands for other zones, too. */
  'ambiguous-zone': 'has a time zone called IST, of five hours and a half',
} as const;
