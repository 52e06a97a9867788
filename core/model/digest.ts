/**
 * A SHA-256 implementation: data in, 32 bytes out. Pure rooms take it as an argument, so that the fast one (the
 * platform's) and the independent one (`@noble/hashes`) can be run over the same evidence and compared.
 * The data may be a view of a reused buffer: an implementation reads it before it returns and keeps no reference.
 */
export type Hash = (data: Uint8Array) => Uint8Array;

/** Bytes of a SHA-256 digest. */
export const HASH_BYTES = 32;
