/** Drafts after the two-part certificate of section 63(4) of the Bharatiya Sakshya Adhiniyam, 2023 (India; the form is in its Schedule). */
import { type ReportInput } from "../report-input.ts";
import { counted } from "../report-values.ts";
import { completed, draftText, type CertificateDraft } from "./draft-text.ts";

const COMPARE = "[Compare this draft with the form in the Schedule of the Act as it is in force, and use its words.]";
const AFFIRMED = ["Place  ______________________________     Name  ______________________________", COMPARE];

/** Part A: by the person in charge of the device or source that the record came from. Not the examiner. */
export function bsaPartA(input: ReportInput): CertificateDraft {
  const title = "Certificate under section 63(4) of the Bharatiya Sakshya Adhiniyam, 2023: Part A";
  return {
    file: "bsa-63-part-a.draft.txt",
    title,
    text: draftText(
      title,
      [
        "To be completed by the party, or by the person in charge of the device or of the management of the activities concerned. [Name, son/daughter/spouse of, residence, employment.]",
        `I have produced the electronic records listed below, taken from this source: [computer or storage medium / server / cloud / other; make, model, serial number or cloud identifier]. The records name as their origin: ${origins(input)}.`,
        "The source was under lawful control for regularly creating, storing or processing information for the activities regularly carried on. During the period concerned it was working properly, or, where it was not, that did not affect the records or their accuracy. Information of this kind was regularly fed into it in the ordinary course of those activities. [Confirm or correct each sentence; say who had control: owned / maintained / managed / operated by.]",
        ...hashes(input),
        "The algorithm is SHA-256. The hash report is verification-report.json of the findings package, to be enclosed.",
      ],
      AFFIRMED,
    ),
  };
}

/** Part B: by an expert. */
export function bsaPartB(input: ReportInput): CertificateDraft {
  const { details, program } = input;
  const title = "Certificate under section 63(4) of the Bharatiya Sakshya Adhiniyam, 2023: Part B";
  return {
    file: "bsa-63-part-b.draft.txt",
    title,
    text: draftText(
      title,
      [
        `To be completed by the expert. I am ${completed(details.examiner.name)}, ${completed(details.examiner.role)} at ${completed(details.examiner.employer)}. My qualifications are: ${completed(details.examiner.qualifications)}`,
        `The electronic records came to me as follows. ${receipts(input)}`,
        ...hashes(input),
        `The hash values were computed with the algorithm SHA-256 by the program Assay, version ${program.version} (build ${program.build}), on ${program.platform}, on receipt; the report cites ${counted(input.items.length)} records, each of which was read and hashed again for it.`,
        "The hash values show whether content changed since they were taken. They do not show that the content is true.",
      ],
      AFFIRMED,
    ),
  };
}

function hashes({ exhibits, details }: ReportInput): readonly string[] {
  return exhibits.map(({ id, label, byteLength, sha256 }) => {
    const source = details.provenance.find(({ exhibit }) => exhibit === id)?.digestAtSource ?? "";
    const compared =
      source === ""
        ? "No hash value taken at the source was supplied."
        : `The hash value taken at the source is ${source}${source === sha256 ? ", the same" : ": NOT the same. [Explain.]"}.`;
    return `Record ${id}: ${completed(label)}, ${counted(byteLength)} bytes, SHA-256 ${sha256}. ${compared}`;
  });
}

function receipts({ exhibits, details }: ReportInput): string {
  return exhibits
    .map(({ id, receivedAt }) => {
      const stated = details.provenance.find(({ exhibit }) => exhibit === id);
      return `${id} on ${receivedAt} from ${completed(stated?.receivedFrom ?? "")}, by ${completed(stated?.receivedHow ?? "")}.`;
    })
    .join(" ");
}

function origins({ exhibits }: ReportInput): string {
  const names = exhibits.flatMap(({ verification }) => (verification.log === null ? [] : [verification.log.origin]));
  return names.length === 0 ? "none" : [...new Set(names)].map(completed).join(", ");
}
