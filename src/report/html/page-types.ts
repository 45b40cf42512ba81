import type { DeviceResult } from '../../domain/result.ts';
import type { DeviceOutcome } from '../../domain/step.ts';

/** What the page's table knows of a router. Dates are ISO 8601. */
export interface PageRow {
  readonly device: string;
  readonly host: string;
  readonly outcome: DeviceOutcome;
  readonly code?: string;
  readonly message?: string;
  readonly step?: string;
  readonly release?: string;
  readonly batch?: number;
  readonly attempts?: number;
  readonly seconds: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly certificates: readonly PageCertificate[];
}

export interface PageCertificate {
  readonly trustpoint: string;
  readonly serial: string;
  readonly subject: string;
  readonly notAfter: string;
  readonly daysLeft: number;
}

/** What opens with a router: everything that is known of it, dates as ISO 8601. */
export interface PageDetail {
  readonly result: Dated<DeviceResult>;
  /** What each check is about. */
  readonly checks: Readonly<Record<string, string>>;
  readonly transcript?: string;
}

/** The page's table and what it says of the run. */
export interface PageData {
  readonly columns: { readonly site: boolean; readonly batch: boolean; readonly release: boolean };
  readonly rows: readonly PageRow[];
}

/** The same as it is after a journey through JSON. */
export type Dated<T> = T extends Date
  ? string
  : T extends readonly (infer Each)[]
    ? readonly Dated<Each>[]
    : T extends object
      ? { readonly [Key in keyof T]: Dated<T[Key]> }
      : T;
