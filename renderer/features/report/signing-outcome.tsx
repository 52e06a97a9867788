import { useEffect, useRef } from "react";

import { type ReportExport } from "../../../core/api/contract.ts";
import { type Signing, useSigning } from "../../state/signing.ts";
import { DigestChip, DigestFull } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { counted } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { Failed, WorkProgress } from "../../ui/states.tsx";

/** What becomes of the package, brought into view when that changes. */
export function SigningOutcome() {
  const { signing } = useSigning();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (signing.state !== "idle") place.current?.scrollIntoView({ block: "nearest" });
  }, [signing.state]);
  return <div ref={place}>{outcomeOf(signing)}</div>;
}

function outcomeOf(signing: Signing) {
  switch (signing.state) {
    case "idle":
      return null;
    case "working":
      return <WorkProgress progress={signing.progress} startedAt={signing.startedAt} onCancel={signing.cancel} />;
    case "failed":
      return (
        <Failed
          doing="exporting the package"
          failure={signing.failure}
          safe="The case is unchanged; no package was left."
        />
      );
    case "done":
      return <Exported result={signing.result} />;
  }
}

function Exported({ result }: { readonly result: ReportExport }) {
  return (
    <div className="column" style={{ gap: 8 }} role="status">
      <Notice tone="ok">
        <b>Package written{result.draft ? ", as a draft" : ""}.</b> {counted(result.files, "file")} listed and signed.
      </Notice>
      <Fields
        rows={[
          ["File list", <DigestChip key="sums" digest={result.sha256sums} />],
          ["Fingerprint", <DigestFull key="fingerprint" digest={result.fingerprint} />],
        ]}
      />
    </div>
  );
}
