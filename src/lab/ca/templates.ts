import { type CertificationRequest, type Extension, extendedKeyUsage, keyUsageOf } from '../../scep/index.ts';

/** A certificate template of a Microsoft CA, as far as NDES makes a difference by it. */
export interface Template {
  readonly name: string;
  /** Object identifiers of the extended key usages it puts in. */
  readonly purposes?: readonly string[];
  /** Not among the templates that the CA issues: every request for it is refused. */
  readonly isUnpublished?: boolean;
}

/** Which template NDES takes for which key usage of the request: SignatureTemplate and its kin in the registry. */
export interface Templates {
  /** For a request that asks for both, or for none. */
  readonly general: Template;
  readonly signature: Template;
  readonly encryption: Template;
}

const PRESET: Template = { name: 'IPSECIntermediateOffline' };

/** As after the installation: one template for all. */
export const PRESET_TEMPLATES: Templates = { general: PRESET, signature: PRESET, encryption: PRESET };

/** The HRESULT of a template the CA does not issue: CERTSRV_E_UNSUPPORTED_CERT_TYPE, 0x80094800. */
export const UNSUPPORTED_TEMPLATE = -2_146_875_392;

export function templateFor(csr: CertificationRequest, templates: Templates): Template {
  const asked = keyUsageOf(csr.extensions);
  const signs = asked?.includes('digitalSignature') ?? false;
  const encrypts = asked?.includes('keyEncipherment') ?? false;
  if (signs === encrypts) return templates.general;
  return signs ? templates.signature : templates.encryption;
}

/** The extensions of the request with what the template adds. */
export function templateExtensions(
  csr: CertificationRequest,
  { purposes = [] }: Template,
): readonly Extension[] {
  return purposes.length === 0 ? csr.extensions : [...csr.extensions, extendedKeyUsage(purposes)];
}
