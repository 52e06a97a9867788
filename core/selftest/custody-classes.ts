import { fileOf, sha256, type BagBytes } from "./bag-bytes.ts";
import { corpusKey } from "./corpus.ts";
import { envelope, payloadOf } from "./forgery.ts";
import { type TamperClass } from "./tamper-class.ts";

/** Custody is kept by somebody whose key the examiner has. */
const CUSTODIAN = corpusKey("people.example/custodian", "a custodian");

/** Three custody entries, each of which names the one before it. */
function keepCustody(bag: BagBytes): void {
  let previous: string | null = null;
  for (const [position, action] of ["received", "copied", "stored"].entries()) {
    const statement = {
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: "statement.dsse.json", digest: { sha256: sha256(payloadOf(bag)).toString("hex") } }],
      predicateType: "https://assay.example/custody/v1",
      predicate: { previous, action, performer: CUSTODIAN.verifier.name },
    };
    const entry = envelope("application/vnd.in-toto+json", Buffer.from(JSON.stringify(statement)), CUSTODIAN);
    bag.set(custodyPath(position + 1), entry);
    previous = sha256(entry).toString("hex");
  }
}

function custodyPath(number: number): string {
  return `custody/000${number}.dsse.json`;
}

const WITH_CUSTODIAN: NonNullable<TamperClass["means"]> = (means) => ({
  ...means,
  pinnedKeys: [...means.pinnedKeys, CUSTODIAN.verifier],
});

/** What is said of who had a log. */
export const CUSTODY_CLASSES: readonly TamperClass[] = [
  {
    id: "T50",
    what: "a custody entry removed",
    atBest: "altered",
    codes: ["custody-broken"],
    apply: ({ bag, random }) => {
      keepCustody(bag);
      bag.delete(custodyPath(random.integer(1, 3)));
    },
    means: WITH_CUSTODIAN,
  },
  {
    id: "T50-edit",
    what: "a custody entry edited",
    atBest: "altered",
    codes: ["custody-broken"],
    apply: ({ bag, random }) => {
      keepCustody(bag);
      const path = custodyPath(random.integer(1, 4));
      const text = fileOf(bag, path).toString("utf8");
      const at = text.indexOf('"payload":"') + 11 + random.integer(0, 40);
      bag.set(path, Buffer.from(`${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`));
    },
    means: WITH_CUSTODIAN,
  },
];
