import { Button, Switch } from "@mantine/core";
import { IconFileText, IconKey, IconLock, IconReplace } from "@tabler/icons-react";
import { useEffect, useState } from "react";

import { type Failure } from "../../../core/api/failure.ts";
import { type ExaminerKeyRecord, type ExaminerKeys } from "../../../core/model/examiner-keys.ts";
import { ask, failureOf, shell } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { readExaminerKeys, tookExaminerKeys, useExaminerKeys } from "../../state/examiner-keys.ts";
import { useSession } from "../../state/session.ts";
import { DigestFull } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { moment } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { FailureNote } from "../../ui/states.tsx";
import { KeyDialogs } from "./key-dialogs.tsx";

const STATES: Readonly<Record<ExaminerKeyRecord["state"], string>> = {
  current: "Signs now",
  rotated: "Replaced",
  lost: "Lost",
  compromised: "In other hands",
};

/** Every key that this examiner signs or signed with: fingerprints to compare, and what can be done with them. */
export function KeyRegister() {
  const keys = useExaminerKeys((state) => state.keys);
  const examiner = useSession((session) => session.home?.examiner);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    readExaminerKeys().then(
      () => setFailure(null),
      (error: unknown) => setFailure(failureOf(error)),
    );
  }, [examiner]);
  return (
    <section className="panel" aria-label="Examiner keys">
      <div className="panel-head">
        <h2>Examiner keys</h2>
        <span className="aside">{keys ? `${keys.keys.length}, the newest first` : ""}</span>
      </div>
      {failure && (
        <div className="panel-body">
          <FailureNote failure={failure} />
        </div>
      )}
      {!keys && !failure && <p className="panel-body size-12 text-2">Reading the keys.</p>}
      {keys?.keys.map((key) => (
        <KeyItem key={key.fingerprint} item={key} />
      ))}
      {keys?.keys.length === 0 && (
        <p className="panel-body size-12 text-2">
          No key yet. The first case makes one; a key of your own can be imported before.
        </p>
      )}
      {keys && <KeyActs keys={keys} />}
      <KeyDialogs />
    </section>
  );
}

function KeyActs({ keys }: { readonly keys: ExaminerKeys }) {
  const has = keys.keys.some(({ state }) => state === "current");
  return (
    <div className="panel-body column" style={{ gap: 10 }}>
      <div className="row">
        {has ? (
          <>
            <Button
              leftSection={<IconLock size={14} aria-hidden />}
              disabled={keys.protection === "token"}
              onClick={() => useExaminerKeys.setState({ question: "passphrase" })}
            >
              {keys.protection === "file-mode" ? "Set a passphrase…" : "Change the passphrase…"}
            </Button>
            <Button
              leftSection={<IconReplace size={14} aria-hidden />}
              onClick={() => useExaminerKeys.setState({ question: "rotate" })}
            >
              Replace the key…
            </Button>
          </>
        ) : (
          <Button
            leftSection={<IconKey size={14} aria-hidden />}
            onClick={() => useExaminerKeys.setState({ question: "import" })}
          >
            Import a key…
          </Button>
        )}
      </div>
      {has && <KeyWrap keys={keys} />}
    </div>
  );
}

const PROTECTION: Readonly<Record<ExaminerKeys["protection"], string>> = {
  passphrase: "a passphrase (scrypt)",
  "file-mode": "the file’s mode alone: whoever can read your files can sign as you",
  token: "its token (PKCS #11), which the key never leaves; the PIN unlocks it",
  "no-key": "nothing: there is no key",
};

/** How the current key is kept; the computer's key store is a second wrap and never the only one. */
function KeyWrap({ keys: { protection, wrap } }: { readonly keys: ExaminerKeys }) {
  const set = (inUse: boolean) =>
    attempt("changing how the key is kept", async () => tookExaminerKeys(await ask("keys.setWrap", { inUse })));
  return (
    <div className="column" style={{ gap: 6 }}>
      <Fields rows={[["Protected by", PROTECTION[protection]]]} />
      <Switch
        size="xs"
        label="Also by the key store of this computer"
        description={wrap.available ? `It offers ${wrap.backend}.` : wrap.reason}
        checked={wrap.inUse}
        disabled={protection === "token" || (!wrap.available && !wrap.inUse)}
        onChange={(event) => void set(event.currentTarget.checked)}
      />
    </div>
  );
}

function KeyItem({ item }: { readonly item: ExaminerKeyRecord }) {
  const { fingerprint, name, organization, origin, since, notAfter, expired, selfIssued, state, retired, endorsedBy } =
    item;
  const writeSheet = () =>
    attempt("writing the fingerprint sheet", async () => {
      const target = await shell.chooseTarget("export", `fingerprint-${fingerprint.slice(0, 8)}.pdf`);
      if (target) await ask("keys.fingerprintSheet", { fingerprint, grant: target.grant });
    });
  return (
    <div className="pinned-key">
      <div className="row">
        <b className="medium grow ellipsis">{organization === "" ? name : `${name}, ${organization}`}</b>
        <span className="size-12 medium">{expired && state === "current" ? "Expired" : STATES[state]}</span>
      </div>
      <DigestFull digest={fingerprint} />
      <Fields
        rows={[
          ["Since", `${moment(since)} UTC, ${origin}`],
          [expired ? "Expired" : "Valid until", `${moment(notAfter)} UTC`],
          ["Issued by", selfIssued ? "itself: others compare the fingerprint" : "an authority"],
          ...(endorsedBy === null ? [] : ([["Endorsed by", endorsedBy.slice(0, 8)]] as const)),
          ...(retired === null ? [] : ([["Retired", `${moment(retired.at)} UTC: ${retired.reason}`]] as const)),
          ...(retired === null || state === "rotated"
            ? []
            : ([["Not theirs from", `${moment(retired.from)} UTC`]] as const)),
        ]}
      />
      {expired && state === "current" && (
        <Notice tone="limits">
          Packages and exports are no longer signed with it: whoever checks them would find its certificate expired.
          Replace the key. What was signed before stays signed.
        </Notice>
      )}
      <div className="row">
        <Button variant="subtle" leftSection={<IconFileText size={14} aria-hidden />} onClick={() => void writeSheet()}>
          Fingerprint sheet
        </Button>
        {(state === "current" || state === "rotated") && (
          <Button variant="subtle" onClick={() => useExaminerKeys.setState({ question: { lost: fingerprint } })}>
            Report it lost…
          </Button>
        )}
      </div>
    </div>
  );
}
