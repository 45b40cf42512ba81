/**
 * How a PKCS#12 file is protected. `modern`: PBES2 with AES-256-CBC and an HMAC-SHA256 (RFC 8018), which OpenSSL 3 writes.
 * `legacy`: pbeWithSHA1And3-KeyTripleDES-CBC with an HMAC-SHA1 (RFC 7292 appendix C), the most that old releases read.
 */
export type Pkcs12Encryption = 'modern' | 'legacy';
