/**
 * Requests of RFC 3161 §2.4.1: what an offline machine writes, any online machine posts to an authority, and an answer
 * is compared with.
 */
import { fromBER, Integer } from "asn1js";
import { TimeStampResp, TSTInfo, SignedData, TimeStampReq } from "pkijs";

import { equalBytes } from "../encoding/bytes.ts";
import { der, derInteger, derNull, derObjectIdentifier, derOctets, derUnsigned, SEQUENCE } from "./der.ts";

const BOOLEAN = 0x01;
const TRUE = Uint8Array.of(0xff);
const SHA256 = "2.16.840.1.101.3.4.2.1";

/** A TimeStampReq, DER, for a SHA-256 digest. It asks for the authority's certificates; the nonce makes it the only one. */
export function formatTimeStampQuery(digest: Uint8Array, nonce: Uint8Array): Uint8Array<ArrayBuffer> {
  const algorithm = der(SEQUENCE, derObjectIdentifier(SHA256), derNull());
  const imprint = der(SEQUENCE, algorithm, derOctets(digest));
  return der(SEQUENCE, derInteger(1), imprint, derUnsigned(nonce), der(BOOLEAN, TRUE));
}

/** Whether a TimeStampResp answers this very TimeStampReq: same nonce (RFC 3161 §2.4.2). False for bytes that are neither. */
export function answersQuery(response: Uint8Array, query: Uint8Array): boolean {
  try {
    const asked = TimeStampReq.fromBER(new Uint8Array(query)).nonce;
    const { timeStampToken } = new TimeStampResp({ schema: fromBER(new Uint8Array(response)).result });
    const signed = new SignedData({ schema: timeStampToken?.content as unknown });
    const { nonce } = TSTInfo.fromBER(
      new Uint8Array(signed.encapContentInfo.eContent?.getValue() ?? new ArrayBuffer(0)),
    );
    if (!(asked instanceof Integer) || !(nonce instanceof Integer)) return false;
    return equalBytes(asked.valueBlock.valueHexView, nonce.valueBlock.valueHexView);
  } catch {
    // Hostile bytes make asn1js and pkijs throw many kinds of error; none of them is an answer.
    return false;
  }
}
