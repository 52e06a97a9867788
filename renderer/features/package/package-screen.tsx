import "./package.css";

import { Button } from "@mantine/core";

import { type PackageView } from "../../../core/model/findings-package.ts";
import { choosePackage, closePackage, type PackagePart, useReader } from "../../state/reader.ts";
import { count } from "../../ui/format.ts";
import { Empty, Failed, WorkProgress } from "../../ui/states.tsx";
import { Pages } from "../report/pages.tsx";
import { PackageChecks } from "./package-checks.tsx";
import { PackageCustody } from "./package-custody.tsx";
import { PackageExhibits } from "./package-exhibits.tsx";
import { PackageFindings } from "./package-findings.tsx";
import { PackageHead } from "./package-head.tsx";
import { PackageSide } from "./package-side.tsx";

/** Reader mode: somebody's findings package, verified and shown; nothing of it can be changed but a time stamp added. */
export function PackageScreen() {
  const reading = useReader((state) => state.reading);
  switch (reading.state) {
    case "none":
      return <NoPackage />;
    case "opening":
      return (
        <div className="package-wait panel">
          <div className="panel-head">
            <h1>Checking {reading.label}</h1>
          </div>
          <div className="panel-body">
            <WorkProgress progress={reading.progress} startedAt={reading.startedAt} onCancel={reading.cancel} />
          </div>
        </div>
      );
    case "failed":
      return (
        <div className="package-wait panel">
          <div className="panel-head">
            <h1>Not read</h1>
            <span className="aside">{reading.label}</span>
          </div>
          <Failed
            doing={`reading ${reading.label}`}
            failure={reading.failure}
            safe="The package was read only."
            action={<ChooseButtons />}
          />
        </div>
      );
    case "open":
      return <OpenPackage view={reading.view} />;
  }
}

function NoPackage() {
  return (
    <>
      <h1 className="visually-hidden">Package</h1>
      <Empty title="No package is open" action={<ChooseButtons />}>
        A findings package is checked and shown read-only: its verdict, findings, exhibits and report. No case is
        needed, and an open one is not touched.
      </Empty>
    </>
  );
}

function ChooseButtons() {
  return (
    <div className="row">
      <Button variant="filled" onClick={() => void choosePackage("package")}>
        Choose a package
      </Button>
      <Button onClick={() => void choosePackage("package-folder")}>Choose its folder</Button>
    </div>
  );
}

interface Part {
  readonly id: PackagePart;
  readonly title: string;
  /** How much is in it; null where there is nothing to count. */
  readonly size: number | null;
}

function OpenPackage({ view }: { readonly view: PackageView }) {
  const part = useReader((state) => state.part);
  const parts: readonly Part[] = [
    { id: "checks", title: "Checks", size: view.checks.length },
    { id: "findings", title: "Findings", size: view.content?.findings.length ?? null },
    { id: "exhibits", title: "Exhibits", size: view.content?.exhibits.length ?? null },
    { id: "report", title: "Report", size: null },
    { id: "custody", title: "Custody", size: view.custody.entries },
  ];
  return (
    <div className="package">
      <PackageHead view={view} />
      <div className="package-columns">
        <section className="panel package-main" aria-label="Content of the package">
          <nav className="package-parts" aria-label="Parts of the package">
            {parts.map(({ id, title, size }) => (
              <button
                key={id}
                type="button"
                aria-current={id === part ? "true" : undefined}
                onClick={() => useReader.setState({ part: id })}
              >
                {title} {size !== null && <span className="text-3">{count(size)}</span>}
              </button>
            ))}
            <span className="grow" />
            <Button variant="subtle" onClick={() => void closePackage()}>
              Close
            </Button>
          </nav>
          <div className="package-part" tabIndex={0} role="region" aria-label="Part">
            <PartView view={view} part={part} />
          </div>
        </section>
        <PackageSide view={view} />
      </div>
    </div>
  );
}

function PartView({ view, part }: { readonly view: PackageView; readonly part: PackagePart }) {
  switch (part) {
    case "checks":
      return <PackageChecks view={view} />;
    case "findings":
      return view.content ? <PackageFindings content={view.content} /> : <Unreadable file="findings.json" />;
    case "exhibits":
      return view.content ? <PackageExhibits content={view.content} /> : <Unreadable file="findings.json" />;
    case "report":
      return view.report ? (
        <div className="report-scroll package-pages">
          <Pages model={view.report} zoom={0.9} />
        </div>
      ) : (
        <p className="panel-body">
          This package holds no report that can be drawn here. Its report.pdf is the report; the checks say whether it
          is as it was signed.
        </p>
      );
    case "custody":
      return <PackageCustody total={view.custody.entries} head={view.custody.head} />;
  }
}

function Unreadable({ file }: { readonly file: string }) {
  return <p className="panel-body">{file} is not one that this version reads; only the checks can be shown.</p>;
}
