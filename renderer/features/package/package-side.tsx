import { Button, Textarea } from "@mantine/core";
import { IconClock, IconFileExport, IconPin } from "@tabler/icons-react";
import { useState } from "react";

import { type Failure } from "../../../core/api/failure.ts";
import { type PackagedEvidence, type PackageSigner, type PackageView } from "../../../core/model/findings-package.ts";
import { failureOf } from "../../case-client.ts";
import { addTimeStamp, trustSigner, writeTimeStampQuery } from "../../state/reader.ts";
import { DigestFull } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { bytes, counted } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { FailureNote } from "../../ui/states.tsx";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";

/** Who signed, whether that is known from outside, time stamps, and what lies in the package. */
export function PackageSide({ view }: { readonly view: PackageView }) {
  const { signer, files, content } = view;
  const stamps = files.filter(({ path }) => path.endsWith(".tsr")).length;
  return (
    <aside className="package-side" aria-label="Signer and files">
      <section className="panel" aria-label="Signer">
        <div className="panel-head">
          <h2>Signer</h2>
          <span className="end">{signer && <SignerBadge signer={signer} />}</span>
        </div>
        {signer ? (
          <Signer key={signer.fingerprint} signer={signer} />
        ) : (
          <p className="panel-body size-12 text-2">No certificate could be read.</p>
        )}
      </section>
      <section className="panel" aria-label="Time stamps">
        <div className="panel-head">
          <h2>Time stamps</h2>
          <span className="aside">{stamps === 0 ? "none" : stamps}</span>
        </div>
        <div className="panel-body column" style={{ gap: 8 }}>
          <p className="size-12 text-2">
            A time stamp shows that the package was signed before a time. Write the request, post it from a machine with
            a network, and add the answer; no signed byte changes.
          </p>
          <div className="row">
            <Button
              leftSection={<IconFileExport size={14} aria-hidden />}
              disabled={!view.stampable}
              onClick={() => void writeTimeStampQuery()}
            >
              Write request (.tsq)
            </Button>
            <Button
              leftSection={<IconClock size={14} aria-hidden />}
              disabled={!view.stampable}
              onClick={() => void addTimeStamp()}
            >
              Add answer (.tsr)
            </Button>
          </div>
          {!view.stampable && (
            <p className="size-12 text-2">It waits for the package as a folder: unpack the zip and open that.</p>
          )}
        </div>
      </section>
      {content && <Evidence evidence={content.evidence} />}
      <section className="panel" aria-label="Files">
        <div className="panel-head">
          <h2>Files</h2>
          <span className="aside">
            {counted(files.length, "file")}, {bytes(files.reduce((sum, file) => sum + file.bytes, 0))}
          </span>
        </div>
        <ul className="package-files mono" tabIndex={0} aria-label="Files of the package">
          {files.slice(0, SHOWN_FILES).map(({ path, bytes: size }) => (
            <li key={path} className="row">
              <span className="grow ellipsis">{path}</span>
              <span className="text-3">{bytes(size)}</span>
            </li>
          ))}
          {files.length > SHOWN_FILES && <li>and {counted(files.length - SHOWN_FILES, "more file")}</li>}
        </ul>
      </section>
    </aside>
  );
}

const SHOWN_FILES = 300;

function SignerBadge({ signer: { trusted, own } }: { readonly signer: PackageSigner }) {
  return trusted ? (
    <VerdictBadge bare verdict="verified" word={own === null ? "Pinned by you" : "Your own key"} />
  ) : (
    <VerdictBadge bare verdict="not-verifiable" word="Not compared" />
  );
}

function Signer({ signer: { name, fingerprint, trusted, own } }: { readonly signer: PackageSigner }) {
  const [reason, setReason] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const pin = async () => {
    try {
      await trustSigner(reason.trim());
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  return (
    <div className="panel-body column" style={{ gap: 10 }}>
      <Fields
        rows={[
          ["Name", name],
          ["Fingerprint", <DigestFull key="fingerprint" digest={fingerprint} />],
          ...(own === null ? [] : ([["Your key", own.state === "current" ? "it signs now" : own.state]] as const)),
        ]}
      />
      {!trusted && (
        <form
          className="column"
          style={{ gap: 8 }}
          onSubmit={(event) => {
            event.preventDefault();
            if (reason.trim() !== "") void pin();
          }}
        >
          <Notice tone="info">
            A package that was signed again with another key is caught by this comparison and by nothing else. Get the
            fingerprint from the signer, not from the package.
          </Notice>
          <Textarea
            label="How did you compare the fingerprint?"
            value={reason}
            minRows={2}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          {failure && <FailureNote failure={failure} />}
          <div>
            <Button type="submit" leftSection={<IconPin size={14} aria-hidden />} disabled={reason.trim() === ""}>
              Pin the signer
            </Button>
          </div>
        </form>
      )}
    </div>
  );
}

function Evidence({ evidence }: { readonly evidence: readonly PackagedEvidence[] }) {
  return (
    <section className="panel" aria-label="Evidence">
      <div className="panel-head">
        <h2>Evidence it rests on</h2>
        <span className="aside">not in the package</span>
      </div>
      <ul className="panel-body column" style={{ gap: 8 }}>
        {evidence.map(({ id, label, sha256, records, verdict }) => (
          <li key={id}>
            <div className="row">
              <b className="medium grow ellipsis">
                {id} {label}
              </b>
              <VerdictBadge bare verdict={verdict} />
            </div>
            <p className="size-12 text-2">{counted(records, "record")}</p>
            <DigestFull digest={sha256} />
          </li>
        ))}
      </ul>
    </section>
  );
}
