import { ED25519_TYPE, type VerifierKey } from "../signing/verifier-key.ts";
import { fileOf, sha256 } from "./bag-bytes.ts";
import { LOG_KEY, SELFTEST_ORIGIN } from "./corpus.ts";
import { exportAnew, joinNote, splitNote } from "./forgery.ts";
import { pick, type TamperClass } from "./tamper-class.ts";

const CHECKPOINT = "data/checkpoint";

/** Ed25519 points whose order divides eight (RFC 8032 §5.1): under each one signature passes for every eighth message or all. */
const WEAK_POINTS = [
  `01${"00".repeat(31)}`,
  `ec${"ff".repeat(30)}7f`,
  "00".repeat(32),
  `${"00".repeat(31)}80`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
];

/** The identity and the number 0: eight times each side of the equation is the identity, whatever the message. */
const SIGNATURE_FOR_ALL = Buffer.from(`01${"00".repeat(63)}`, "hex");

const WEAK_KEYS: readonly VerifierKey[] = WEAK_POINTS.map((point) => {
  const publicKey = Buffer.from(point, "hex");
  const id = sha256(Buffer.from(`${SELFTEST_ORIGIN}\n`), Uint8Array.of(ED25519_TYPE), publicKey);
  return { name: SELFTEST_ORIGIN, id: id.toString("hex", 0, 4), type: ED25519_TYPE, publicKey };
});

/** Row T25. Keys like these are refused when they are pinned; here the examiner holds them all the same. */
export const WEAK_KEY_CLASS: TamperClass = {
  id: "T25",
  what: "another root, signed under a weak key that is trusted",
  atBest: "altered",
  codes: ["key-substituted", "signature-invalid"],
  apply: ({ bag, random }) => {
    const [origin = "", size = ""] = splitNote(fileOf(bag, CHECKPOINT)).text.split("\n");
    const text = `${origin}\n${size}\n${random.bytes(32).toString("base64")}\n`;
    const { id } = pick(random, WEAK_KEYS);
    const blob = Buffer.concat([Buffer.from(id, "hex"), SIGNATURE_FOR_ALL]);
    bag.set(CHECKPOINT, joinNote(text, [`— ${SELFTEST_ORIGIN} ${blob.toString("base64")}\n`]));
    exportAnew(bag, LOG_KEY);
  },
  means: (means) => ({ ...means, pinnedKeys: WEAK_KEYS }),
};
