import { checkPackage, type PageResult } from "./checks.ts";
import { type Line } from "./line.ts";

const chooser = byId("folder") as HTMLInputElement;
const expected = byId("expected") as HTMLInputElement;
const results = byId("results");
let last: PageResult | undefined;

chooser.addEventListener("change", () => {
  const files = [...(chooser.files ?? [])].map((file) => ({ file, path: file.webkitRelativePath }));
  void run(files);
});
expected.addEventListener("input", () => {
  if (last !== undefined) show(last);
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  const entries = [...(event.dataTransfer?.items ?? [])]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  void Promise.all(entries.map((entry) => filesBelow(entry, ""))).then((found) => run(found.flat()));
});

interface FoundFile {
  readonly file: File;
  readonly path: string;
}

/** Files below a dropped folder, with the folder's own name as first part of the path. */
async function filesBelow(entry: FileSystemEntry, parent: string): Promise<FoundFile[]> {
  const path = `${parent}${entry.name}`;
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ file, path }];
  }
  if (!(entry instanceof FileSystemDirectoryEntry)) return [];
  const reader = entry.createReader();
  const found: FoundFile[] = [];
  for (;;) {
    // A reader gives its entries in portions; an empty one is the end.
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return found;
    for (const child of portion) found.push(...(await filesBelow(child, `${path}/`)));
  }
}

async function run(found: readonly FoundFile[]): Promise<void> {
  byId("state").textContent = `Checking ${found.length} files …`;
  const files = new Map<string, Uint8Array>();
  for (const { file, path } of found) {
    files.set(path.split("/").slice(1).join("/"), new Uint8Array(await file.arrayBuffer()));
  }
  last = await checkPackage(files);
  show(last);
}

function show(result: PageResult): void {
  const failed = result.lines.filter((line) => line.outcome === "fail").length;
  const typed = expected.value.toLowerCase().replace(/[^0-9a-f]/g, "");
  const same = typed !== "" && typed === result.fingerprint;
  const differs = typed !== "" && !same;
  const verdict = failed > 0 ? "altered" : differs ? "altered" : same ? "verified" : "not-verifiable";
  const banner = byId("verdict");
  banner.hidden = false;
  banner.className = verdict;
  byId("word").textContent = { altered: "Altered", verified: "Verified", "not-verifiable": "Not verifiable" }[verdict];
  byId("sentence").textContent =
    failed > 0
      ? `${failed} ${failed === 1 ? "check" : "checks"} failed.`
      : differs
        ? "The certificate in this package is not the one whose fingerprint you typed."
        : same
          ? "Consistent, and signed with the key whose fingerprint you typed."
          : "Consistent. The signer’s certificate has not been compared with one you hold: type its fingerprint above.";
  byId("fingerprint").textContent = result.fingerprint === "" ? "none" : result.fingerprint;
  byId("page").textContent = result.page === "" ? "none" : result.page;
  byId("digests").hidden = false;
  byId("state").textContent = "";
  results.replaceChildren(...result.lines.map((line) => row(line)));
}

function row(line: Line): HTMLElement {
  const item = document.createElement("tr");
  item.className = line.outcome;
  const cells = [{ pass: "✓ Pass", fail: "✕ Fail", open: "? Open" }[line.outcome], line.name, line.text];
  item.append(
    ...cells.map((content) => {
      const cell = document.createElement("td");
      cell.textContent = visible(content);
      return cell;
    }),
  );
  return item;
}

/** Characters that show nothing or turn the text are written out: names in a package are not to be trusted. */
function visible(content: string): string {
  return content.replace(
    /[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu,
    (character) => `<U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}>`,
  );
}

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`no element ${id}`);
  return element;
}
