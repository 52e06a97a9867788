/**
 * BagIt completeness and fixity (RFC 8493 §3), and the signed export description that pins the manifest. Anyone can
 * rewrite a manifest: it counts as far as the description is signed by a pinned key, and tells of damage otherwise.
 */
import { type BundleContents } from "../bundle/bundle-reader.ts";
import { BAGIT_PATH, FETCH_PATH, isCustodyPath, MANIFEST_PATH, TAG_MANIFEST_PATH } from "../bundle/layout.ts";
import { parseManifest, type Manifest } from "../bundle/manifest.ts";
import { BAGIT_TEXT } from "../bundle/bag-text.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { quote } from "../model/problem.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { check, countOf, finding, type CheckOutcome } from "./findings.ts";

export interface BagOutcome extends CheckOutcome {
  /** Segment files whose packed bytes differ from the manifest. What that means, the leaves decide. */
  readonly changedSegments: readonly { readonly path: string; readonly expected: string; readonly found: string }[];
  /** Something other than the bytes of segments differs. */
  readonly damaged: boolean;
}

/** Checks every file of the bag against both manifests. */
export function judgeBag(contents: BundleContents): BagOutcome {
  const findings: VerificationFinding[] = [];
  if (contents.files.has(FETCH_PATH)) {
    const message = "The bag asks for files from a network (fetch.txt).";
    findings.push(finding("fetch-file", "refused", message, { file: FETCH_PATH }));
  }
  const declared = contents.files.get(BAGIT_PATH);
  if (declared === undefined) findings.push(missing(BAGIT_PATH));
  else if (decodeUtf8(declared.content ?? new Uint8Array()) !== BAGIT_TEXT) {
    findings.push(
      finding("file-altered", "altered", `File ${BAGIT_PATH} is not the file that was exported.`, { file: BAGIT_PATH }),
    );
  }
  findings.push(...contents.outside.map(unlisted));
  const tags = judgeManifest(contents, TAG_MANIFEST_PATH, isTagFile);
  const payload = judgeManifest(contents, MANIFEST_PATH, (path) => path.startsWith("data/"));
  // A manifest that differs is a consequence when a line of it is the cause.
  const tagFindings = tags.findings.filter(
    ({ where }) => where.file !== MANIFEST_PATH || payload.findings.length === 0,
  );
  const others = findings.filter(({ where }) => !tagFindings.some((tag) => tag.where.file === where.file));
  const all = [...others, ...tagFindings, ...payload.findings];
  const listed = tags.checked + payload.checked;
  const failed = all.length + payload.changedSegments.length;
  const files = countOf(listed, "listed file");
  const note =
    failed === 0
      ? `${files} present with the listed digests`
      : `${files}; ${countOf(failed, "file")} not as the lists say`;
  return {
    findings: all,
    changedSegments: payload.changedSegments,
    damaged: all.length > 0,
    checks: [check("bag", listed, failed, note)],
  };
}

/** Tag files that the tag manifest must list: all but itself and the custody envelopes, which come after the export. */
function isTagFile(path: string): boolean {
  return !path.startsWith("data/") && path !== TAG_MANIFEST_PATH && !isCustodyPath(path);
}

interface ManifestOutcome {
  readonly findings: readonly VerificationFinding[];
  readonly changedSegments: BagOutcome["changedSegments"];
  readonly checked: number;
}

function judgeManifest(
  contents: BundleContents,
  manifestPath: string,
  covers: (path: string) => boolean,
): ManifestOutcome {
  const manifest = readManifest(contents, manifestPath);
  if (typeof manifest === "string") {
    return { findings: [manifestFinding(manifestPath, manifest)], changedSegments: [], checked: 0 };
  }
  const digests = new Map<string, string>([
    ...[...contents.files.values()].map(({ path, sha256 }) => [path, sha256] as const),
    ...contents.segments.map(({ path, sha256 }) => [path, sha256] as const),
  ]);
  const unreadable = new Set(contents.segments.filter(({ content }) => content === null).map(({ path }) => path));
  const segments = new Set(contents.segments.map(({ path }) => path));
  const listed = new Set(manifest.lines.map(({ path }) => path));
  const findings: VerificationFinding[] = manifest.duplicates.map((path) => unlistedTwice(path));
  const changedSegments: BagOutcome["changedSegments"][number][] = [];
  for (const { path, sha256 } of manifest.lines) {
    const found = digests.get(path);
    if (found === undefined) findings.push(missing(path));
    else if (found === sha256 || unreadable.has(path)) continue;
    else if (segments.has(path)) changedSegments.push({ path, expected: sha256, found });
    else findings.push(altered(path, sha256, found));
  }
  for (const path of digests.keys()) {
    if (covers(path) && !listed.has(path) && path !== FETCH_PATH) findings.push(unlisted(path));
  }
  return { findings, changedSegments, checked: manifest.lines.length };
}

function readManifest(contents: BundleContents, path: string): Manifest | string {
  const file = contents.files.get(path);
  if (file === undefined) return "is missing";
  const text = file.content === null ? undefined : decodeUtf8(file.content);
  if (text === undefined) return "is no UTF-8 text of a reasonable length";
  const manifest = parseManifest(text);
  return manifest.malformedLine === undefined ? manifest : `is malformed in line ${manifest.malformedLine}`;
}

function manifestFinding(path: string, fault: string): VerificationFinding {
  return finding("manifest-malformed", "altered", `The list of files ${path} ${fault}.`, { file: path });
}

function unlisted(path: string): VerificationFinding {
  return finding("unlisted-file", "altered", `File ${quote(path)} is not in the signed list.`, { file: path });
}

function unlistedTwice(path: string): VerificationFinding {
  return finding("duplicate-listing", "altered", `File ${quote(path)} is listed twice.`, { file: path });
}

function missing(path: string): VerificationFinding {
  return finding("file-missing", "altered", `File ${quote(path)} is listed and missing.`, { file: path });
}

function altered(path: string, expected: string, found: string): VerificationFinding {
  const message = `File ${quote(path)} is not the file that was exported.`;
  return finding("file-altered", "altered", message, { file: path }, { expected, found });
}
