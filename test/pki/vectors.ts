/**
 * The self-signed certificate with which an IOS-XE router signed a SCEP request; taken from a public capture
 * (February 2026). Its subject is one unstructuredName and nothing else.
 */
export const IOS_XE_SIGNER = Buffer.from(
  [
    'MIICtTCCAZ2gAwIBAgIBAzANBgkqhkiG9w0BAQsFADAeMRwwGgYJKoZIhvcNAQkCDA1zcjEtMi5jbWwubGFiMB4XDTI2MDIx',
    'OTE1MzcyMVoXDTM2MDIxOTE1MzcyMVowHjEcMBoGCSqGSIb3DQEJAgwNc3IxLTIuY21sLmxhYjCCASIwDQYJKoZIhvcNAQEB',
    'BQADggEPADCCAQoCggEBAOwiA/JVbWExeJFipDe2ni5IA4M+VqO0uRSi1T5M+9X1PY4vHnfU2b3JG5ELJH65U7XrCC3CNNl7',
    'txXH7PTsH8ukXWPGlQCOu6Ku+m+FgQYhD4iS5QjBLrrjUfozJyBYPHLIUZjBzu3e8aC+uCuFdR+I2NRHtrfn1FBaoCi5wSfm',
    'nyiqmdtTzB8dMyECyLqoruSVJXde29lJz9j3qc1OyMxmfEQWDBvFtzy5x1mIAlV6F+yG5+3SVouo59paGRyQkwkxpjyrRK9U',
    'yc9zydAO0E3iAL35bEfZI9GUNekGvS6r9qRcYXKPWzs6B1p7n5AQCPoicMEz2/dKGmw5ZioL6AkCAwEAATANBgkqhkiG9w0B',
    'AQsFAAOCAQEAV/RsolRpmfy7eONtmctUepM6dca/VxCGZ5ILI2ABrh7KwC8kRkciz7T3I5PqETU0AgqX+/6Ob/aayyqodXtr',
    'Q4RC4TmqAAOSlmGNbvCO7uvpiAN5ccmwO41QRQt19FBpp7gPDIV43c64G1RdwURPa3uRkEhBlhHRwV0h1lEtzUEqbu2vd7BE',
    'Lsg0D7J+5n8N8zZt1EU76KIdmqZ3s7EycRFk+05NEvr/Z1p5972gkiFVdKTl6g7fpoqdOSeeEghNzGIw1jRyY1UoLmfBGViX',
    'sgGq+76S/jJnSf2/3uja0l/l77D0CYXqFvsal/oUuuEMApCtWF+Ihcv/Mt7I7jYbCQ==',
  ].join(''),
  'base64',
);
