import "./start.css";

import { Button } from "@mantine/core";
import { IconFileImport, IconFolderOpen, IconPlayerPlay, IconShieldCheck, IconWifiOff } from "@tabler/icons-react";
import { useEffect } from "react";

import { runCommand } from "../../commands.ts";
import { keyLabel } from "../../keys.ts";
import { openSample, refreshHome } from "../../state/acts.ts";
import { useSession } from "../../state/session.ts";
import { Fields } from "../../ui/fields.tsx";
import { counted } from "../../ui/format.ts";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";
import { RecentCases } from "./recent-cases.tsx";
import { SourceTable } from "./source-table.tsx";

export function StartScreen() {
  const revision = useSession((session) => session.revision);
  useEffect(() => void refreshHome(), [revision]);
  return (
    <div className="start">
      <div className="start-column">
        <div className="row" style={{ gap: 14, alignItems: "baseline" }}>
          <h1>Open evidence</h1>
          <span className="text-2">Every record is checked before it is shown as fact.</span>
        </div>
        <DropZone />
        <RecentCases />
        <SourceTable />
        <section className="panel offline-note">
          <IconWifiOff size={20} stroke={1.75} aria-hidden className="text-2" />
          <div className="grow">
            <h2>This app makes no network connections</h2>
            <p className="text-2 size-12">
              No account, no updates, no telemetry, no look-ups. Requests of the window are refused by the shell, names
              are not resolved, and the tests of every release try to get out and must fail.
            </p>
          </div>
        </section>
      </div>
      <aside className="start-column" aria-label="Sample and application">
        <SampleCase />
        <ThisApp />
      </aside>
    </div>
  );
}

function DropZone() {
  const caseName = useSession(({ caseState }) => caseState && (caseState.details.title || caseState.label));
  return (
    <section className="drop-zone" aria-label="Drop zone">
      <IconFileImport size={20} stroke={1.75} aria-hidden />
      <div className="grow">
        <h2>Drop audit-log bundles, folders or single files here</h2>
        <p className="text-2 size-12">
          Sealed bundles, CloudTrail, Kubernetes, Okta, Entra, GitHub, OCSF and more, JSON lines, CSV; plain, .gz, .zst,
          .zip or .tar. Files are read, never changed.
          {caseName && ` They are added to the open case, ${caseName}.`}
        </p>
      </div>
      <div className="column" style={{ gap: 8 }}>
        <Button
          variant="filled"
          leftSection={<IconFolderOpen size={14} aria-hidden />}
          rightSection={<kbd className="hint on-fill">{keyLabel("mod+o")}</kbd>}
          onClick={() => runCommand("evidence.files")}
        >
          Choose files
        </Button>
        <div className="row">
          <Button onClick={() => runCommand("evidence.folder")}>Choose folder</Button>
          <Button leftSection={<IconShieldCheck size={14} aria-hidden />} onClick={() => runCommand("evidence.verify")}>
            Verify only
          </Button>
          <Button onClick={() => runCommand("evidence.compare")}>Compare copies</Button>
          <Button onClick={() => runCommand("package.open")}>Read a package</Button>
        </div>
      </div>
    </section>
  );
}

function SampleCase() {
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Sample case</h2>
      </div>
      <div className="panel-body column" style={{ gap: 10 }}>
        <p>An API breach at a small company, about 50,000 events, built into the app.</p>
        <div className="sample-row">
          <span>Bundle as exported</span>
          <VerdictBadge verdict="verified" />
        </div>
        <div className="sample-row">
          <span>The same, one record changed, one block missing</span>
          <VerdictBadge verdict="altered" />
        </div>
        <div className="row">
          <Button leftSection={<IconPlayerPlay size={14} aria-hidden />} onClick={() => void openSample(false)}>
            Open sample case
          </Button>
          <Button variant="subtle" onClick={() => void openSample(true)}>
            Reset sample
          </Button>
        </div>
      </div>
    </section>
  );
}

function ThisApp() {
  const home = useSession((session) => session.home);
  const info = useSession((session) => session.shellInfo);
  const build = home?.build ?? "";
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>This app</h2>
      </div>
      <div className="panel-body">
        <Fields
          rows={[
            ["Version", home ? `Assay ${home.version}` : ""],
            [
              "Build digest",
              /^[0-9a-f]{64}$/.test(build) ? <span className="digest">{build.slice(0, 8)}</span> : build,
            ],
            [
              "Runtime",
              info ? `Electron ${info.electron}${info.officialRuntime ? "" : ", fallback of development"}` : "",
            ],
            ["Sandbox", info ? (info.sandboxed ? "on" : "off") : ""],
            ["Pinned", home ? counted(home.pinned.length, "key or authority", "keys and authorities") : ""],
            ["Examiner key", home ? (home.examiner.state === "absent" ? "none yet" : home.examiner.name) : ""],
          ]}
        />
      </div>
    </section>
  );
}
