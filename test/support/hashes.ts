import { createHash } from "node:crypto";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Hash } from "../../core/model/digest.ts";

export const nativeHash: Hash = (data) => createHash("sha256").update(data).digest();
export const nobleHash: Hash = (data) => sha256(data);
