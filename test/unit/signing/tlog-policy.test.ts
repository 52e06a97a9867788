import { describe, expect, it } from "vitest";

import { signingKey } from "../../../core/signing/signing-key.ts";
import { evaluateQuorum, parsePolicy, type QuorumOutcome } from "../../../core/signing/tlog-policy.ts";
import { COSIGNATURE_TYPE, formatVerifierKey, ML_DSA_44_TYPE } from "../../../core/signing/verifier-key.ts";
import { nativeHash } from "../../support/hashes.ts";

function vkey(name: string, fill: number, type?: typeof COSIGNATURE_TYPE | typeof ML_DSA_44_TYPE): string {
  return formatVerifierKey(signingKey(nativeHash, name, new Uint8Array(32).fill(fill), type).verifier);
}

const LOG = vkey("example.com/log", 1);
const WITNESSES = [1, 2, 3, 4].map(
  (number) => `witness w${number} ${vkey(`example.net/w${number}`, number + 10, COSIGNATURE_TYPE)}\n`,
);

function read(text: string): ReturnType<typeof parsePolicy> {
  return parsePolicy(nativeHash, Buffer.from(text));
}

/** The outcome when the witnesses of these names cosigned. */
function outcome(rules: string, ...cosigned: readonly string[]): QuorumOutcome {
  return evaluateQuorum(read(`log ${LOG}\n${WITNESSES.join("")}${rules}`), ({ name }) => cosigned.includes(name));
}

describe("a quorum", () => {
  it("of a witness, of all, any or some of a group counts those who cosigned", () => {
    const group = (rule: string): string => `group g ${rule} w1 w2 w3\nquorum g\n`;
    expect(outcome("quorum w1\n", "w1")).toEqual({ met: true, seen: 1, required: 1 });
    expect(outcome("quorum w1\n", "w2")).toEqual({ met: false, seen: 0, required: 1 });
    expect(outcome(group("all"), "w1", "w2")).toEqual({ met: false, seen: 2, required: 3 });
    expect(outcome(group("any"), "w3")).toEqual({ met: true, seen: 1, required: 1 });
    expect(outcome(group("2"), "w1", "w4")).toEqual({ met: false, seen: 1, required: 2 });
    expect(outcome(group("2"), "w1", "w3")).toEqual({ met: true, seen: 2, required: 2 });
  });

  it("of groups asks for the fewest that would still have to cosign", () => {
    const nested = "group a all w1 w2\ngroup b any w3 w4\ngroup both all a b\nquorum both\n";
    expect(outcome(nested)).toEqual({ met: false, seen: 0, required: 3 });
    expect(outcome(nested, "w1", "w4")).toEqual({ met: false, seen: 2, required: 3 });
    expect(outcome(nested, "w1", "w2", "w4")).toEqual({ met: true, seen: 3, required: 3 });
  });

  it("none asks for nobody", () => {
    expect(outcome("quorum none\n")).toEqual({ met: true, seen: 0, required: 0 });
  });
});

it("a policy may have comments, empty lines, tabs, addresses, and witnesses by ML-DSA-44", () => {
  const witness = vkey("example.net/pq", 20, ML_DSA_44_TYPE);
  const text = `# ours\n\nlog\t${LOG} https://log.example.com\nwitness pq  ${witness}\thttps://pq.example.net\nquorum pq`;
  expect(read(text)).toMatchObject({ logs: [{ name: "example.com/log" }], quorum: { name: "pq" } });
});

describe("a policy is refused with its line for", () => {
  const [w1 = "", w2 = ""] = WITNESSES;
  it.each([
    ["no quorum", `log ${LOG}\n`, 2],
    ["two quorums", "quorum none\nquorum none\n", 2],
    ["a word that is none of its own", "logs x\nquorum none\n", 1],
    ["a carriage return", "quorum none\r\n", 1],
    ["a witness that is not defined yet", "quorum w1\n", 1],
    ["a name defined twice", `${w1}${w2.replace("w2 ", "w1 ")}quorum none\n`, 2],
    ["a public key under two names", `${w1}${w1.replace("w1 ", "w9 ")}quorum none\n`, 2],
    ["a witness in two groups", `${w1}${w2}group a any w1 w2\ngroup b any w1\nquorum a\n`, 4],
    ["a witness twice in a group", `${w1}group a 1 w1 w1\nquorum a\n`, 2],
    ["a threshold of nobody", `${w1}group a 0 w1\nquorum a\n`, 2],
    ["a threshold above the members", `${w1}group a 2 w1\nquorum a\n`, 2],
    ["a log key that cosigns", `log ${vkey("example.net/w1", 11, COSIGNATURE_TYPE)}\nquorum none\n`, 1],
    ["a witness key that signs logs", `witness w1 ${LOG}\nquorum w1\n`, 1],
    ["a key whose id is another's", `log ${LOG.replace(/\+[0-9a-f]{8}\+/, "+00000000+")}\nquorum none\n`, 1],
    ["the name none", `${w1.replace("w1 ", "none ")}quorum none\n`, 1],
  ])("%s", (_what, text, line) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "policy-malformed" }) as Error);
    expect(() => read(text)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ line }) as unknown }) as Error,
    );
  });
});
