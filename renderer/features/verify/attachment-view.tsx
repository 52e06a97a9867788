import { Button } from "@mantine/core";

import { ATTACHMENT_FORMAT_NAMES, type AttachmentResult } from "../../../core/model/attachment.ts";
import { type BundleVerdict } from "../../../core/model/verdict.ts";
import { useIntake } from "../../state/intake.ts";
import { DigestChip } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { duration, exactBytes } from "../../ui/format.ts";
import { VerdictBanner } from "../../ui/verdict-banner.tsx";
import { askForAttachment } from "./attachment-dialog.tsx";
import { CheckDetail } from "./check-detail.tsx";
import { CheckList } from "./check-list.tsx";
import { openCheckOf } from "./check-order.ts";
import { KeysPanel } from "./keys-panel.tsx";
import { leadOf } from "./lead.ts";
import { SaveReport } from "./save-report.tsx";
import { type CheckedAttachment } from "./subject.ts";

/** What a signature beside a file came to: who signed which content, when, and how the examiner knows. */
export function AttachmentView({ attached }: { readonly attached: CheckedAttachment }) {
  const { label, result, seconds } = attached;
  const chosen = useIntake((state) => state.check);
  const check = openCheckOf(result, chosen);
  const subject = { kind: "attachment", label, result } as const;
  return (
    <>
      <VerdictBanner
        verdict={result.verdict}
        lead={leadOf(result, signedText(result))}
        meaning={MEANING[result.verdict]}
      >
        <div className="verdict-acts">
          <SaveReport first />
          <Button onClick={askForAttachment}>Check another</Button>
          <span className="size-12 text-2">Checked in {duration(seconds)}, nothing was kept</span>
        </div>
      </VerdictBanner>
      <SignedContent label={label} result={result} />
      <div className="verify-columns">
        <CheckList result={result} open={check?.name ?? null} />
        <CheckDetail subject={subject} check={check} />
        <KeysPanel subject={subject} />
      </div>
    </>
  );
}

const MEANING: Readonly<Record<BundleVerdict, string>> = {
  verified:
    "The signature is over exactly these bytes, by whom you said you trust. It shows who signed what, not that what it says is true or complete.",
  "verified-with-limits": "The signature is by whom you trust. What it leaves open is listed below.",
  "not-verifiable":
    "Nothing speaks against this signature and nothing proves it. The signer's key, or the trusted root and the expected signer, can change this.",
  altered:
    "What was signed is not what lies before you, or a signature by a key that you trust fails. The checks do not show who changed it, or when.",
  conflict: "Two signed statements cannot both be true. Keep both.",
  refused: "Nothing was judged: the attachment is malformed, or none of a kind that is recognised.",
};

function signedText({ over }: AttachmentResult): string {
  return over === null ? "The content in the attachment is as it was signed." : `${over.file} is as it was signed.`;
}

interface SignedContentProps {
  readonly label: string;
  readonly result: AttachmentResult;
}

function SignedContent({ label, result }: SignedContentProps) {
  const { format, over, signer, provenTime } = result;
  return (
    <section className="panel" aria-label="What was signed">
      <div className="panel-head">
        <h2>What was signed</h2>
        <span className="aside ellipsis">
          {format === null ? label : `by ${label}, a ${ATTACHMENT_FORMAT_NAMES[format]}`}
        </span>
      </div>
      <div className="panel-body attachment-facts">
        <Fields
          rows={
            over === null
              ? [["File", "none was given: judged is the content in the attachment"]]
              : [
                  ["File", over.file],
                  ["Size", exactBytes(over.byteLength)],
                  ["SHA-256", <DigestChip key="digest" digest={over.sha256} />],
                ]
          }
        />
        <Fields
          rows={[
            ["Signer", signer?.identity ?? "a key alone"],
            ...(signer === null ? [] : ([["Vouched for by", signer.issuer ?? "nobody"]] as const)),
            ["Signed", provenTime === null ? "at a time that nothing proves" : `at the latest ${provenTime}`],
          ]}
        />
      </div>
    </section>
  );
}
