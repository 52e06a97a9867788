import { useExaminerKeys } from "../../state/examiner-keys.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { ImportForm } from "./import-form.tsx";
import { LossForm } from "./loss-form.tsx";
import { PassphraseForm } from "./passphrase-form.tsx";
import { RotateForm } from "./rotate-form.tsx";

const close = () => useExaminerKeys.setState({ question: null });

/** What is asked before something is done with a key. */
export function KeyDialogs() {
  const question = useExaminerKeys((state) => state.question);
  return (
    <>
      <Dialog opened={question === "import"} onClose={close} title="Import a key" width={520}>
        <ImportForm />
      </Dialog>
      <Dialog opened={question === "rotate"} onClose={close} title="Replace the examiner key" width={560}>
        <RotateForm />
      </Dialog>
      <Dialog opened={question === "passphrase"} onClose={close} title="Passphrase of the examiner key" width={520}>
        <PassphraseForm />
      </Dialog>
      <Dialog
        opened={question !== null && typeof question === "object"}
        onClose={close}
        title="Report a key lost"
        width={560}
      >
        {question !== null && typeof question === "object" && <LossForm fingerprint={question.lost} />}
      </Dialog>
    </>
  );
}
