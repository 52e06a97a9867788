import { Button, TextInput } from "@mantine/core";
import { create } from "zustand";

import { type FileKind, type Grant } from "../../../electron/shell-contract.ts";
import { shell } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { verifyAttachment } from "../../state/verify-acts.ts";
import { ChosenFile } from "../../ui/chosen-file.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";

interface AttachmentChoice {
  readonly open: boolean;
  readonly attachment: Grant | null;
  readonly over: Grant | null;
  readonly keys: readonly Grant[];
  readonly trustedRoot: Grant | null;
  /** Whom the signer's certificate must name; what was typed stays for the next attachment. */
  readonly subject: string;
  readonly issuer: string;
}

const NO_FILES = { attachment: null, over: null, keys: [], trustedRoot: null } as const;

const useAttachmentChoice = create<AttachmentChoice>(() => ({ open: false, ...NO_FILES, subject: "", issuer: "" }));

/** Asks which attachment is to be checked, and by what. */
export function askForAttachment(): void {
  useAttachmentChoice.setState({ open: true, ...NO_FILES });
}

const close = () => useAttachmentChoice.setState({ open: false, ...NO_FILES });

/** Asks for a signature that lies beside a file, and for everything that it is judged by. */
export function AttachmentDialog() {
  const { open, attachment, over, keys, trustedRoot, subject, issuer } = useAttachmentChoice();
  const isHalfNamed = (subject.trim() === "") !== (issuer.trim() === "");
  const check = () => {
    if (attachment === null || isHalfNamed) return;
    close();
    void verifyAttachment(attachment.label, {
      attachment: attachment.grant,
      over: over?.grant ?? null,
      keys: keys.map(({ grant }) => grant),
      trustedRoot: trustedRoot?.grant ?? null,
      identity: subject.trim() === "" ? null : { subject: subject.trim(), issuer: issuer.trim() },
    });
  };
  return (
    <Dialog opened={open} onClose={close} title="Check a signature beside a file" width={620}>
      <form
        className="column"
        style={{ gap: 12 }}
        onSubmit={(event) => {
          event.preventDefault();
          check();
        }}
      >
        <Notice tone="info">
          An envelope (DSSE, in-toto), a JSON Web Signature or a Sigstore bundle. Whom to trust is yours to say: a key
          or certificate that comes with it shows at most that it is consistent.
        </Notice>
        <FileQuestion
          title="Attachment"
          hint="The envelope, the signature or the bundle"
          files={listOf(attachment)}
          kind="attachment"
          act="Choose attachment"
          onChange={([file]) => useAttachmentChoice.setState({ attachment: file ?? null })}
        />
        <FileQuestion
          title="File it is over"
          hint="Not needed where the attachment carries its content"
          files={listOf(over)}
          kind="attached-file"
          act="Choose file"
          onChange={([file]) => useAttachmentChoice.setState({ over: file ?? null })}
        />
        <FileQuestion
          title="Keys"
          hint="JWK, PEM or verifier keys, trusted this once; the log keys that you pinned count, too"
          files={keys}
          kind="attachment-key"
          act="Add key"
          many
          onChange={(files) => useAttachmentChoice.setState({ keys: files })}
        />
        <FileQuestion
          title="Trusted root"
          hint="For Sigstore bundles: the authorities and logs that you trust"
          files={listOf(trustedRoot)}
          kind="trusted-root"
          act="Choose trusted root"
          onChange={([file]) => useAttachmentChoice.setState({ trustedRoot: file ?? null })}
        />
        <div className="attachment-signer">
          <TextInput
            label="Signer"
            description="Whom the certificate must name, to the letter"
            value={subject}
            onChange={(event) => useAttachmentChoice.setState({ subject: event.currentTarget.value })}
            maxLength={2_000}
          />
          <TextInput
            label="Issuer"
            description="Who must have vouched for the signer"
            value={issuer}
            onChange={(event) => useAttachmentChoice.setState({ issuer: event.currentTarget.value })}
            maxLength={2_000}
          />
        </div>
        <div className="row">
          <p className="grow size-12 text-2">{waitingFor(attachment, isHalfNamed)}</p>
          <Button variant="filled" type="submit" disabled={attachment === null || isHalfNamed}>
            Check
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function waitingFor(attachment: Grant | null, isHalfNamed: boolean): string {
  if (attachment === null) return "Checking waits for an attachment.";
  return isHalfNamed ? "Signer and issuer go together: one alone names nobody." : "";
}

function listOf(file: Grant | null): readonly Grant[] {
  return file === null ? [] : [file];
}

interface FileQuestionProps {
  readonly title: string;
  readonly hint: string;
  readonly files: readonly Grant[];
  readonly kind: FileKind;
  readonly act: string;
  readonly many?: boolean;
  readonly onChange: (files: readonly Grant[]) => void;
}

function FileQuestion({ title, hint, files, kind, act, many = false, onChange }: FileQuestionProps) {
  const choose = () =>
    attempt("choosing a file", async () => {
      const file = await shell.chooseFile(kind);
      if (file) onChange([...files, file]);
    });
  return (
    <div role="group" aria-label={title} className="attachment-question">
      <div>
        <div className="medium">{title}</div>
        <div className="size-12 text-2">{hint}</div>
      </div>
      <div className="column" style={{ gap: 6 }}>
        {files.map((file) => (
          <ChosenFile
            key={file.grant}
            file={file}
            onDrop={() => onChange(files.filter(({ grant }) => grant !== file.grant))}
          />
        ))}
        {(many || files.length === 0) && (
          <div>
            <Button onClick={() => void choose()}>{act}</Button>
          </div>
        )}
      </div>
    </div>
  );
}
