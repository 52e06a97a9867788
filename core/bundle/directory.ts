import { lstatSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join, resolve, sep } from "node:path";

import { present } from "../model/assert.ts";
import { Problem, quote } from "../model/problem.ts";
import { isSystemError } from "../model/system-problem.ts";
import { type Container, type ContainerLimits, type ContainerMember } from "./container.ts";
import { assertMemberCount, assertTotal, comparePaths } from "./container-limits.ts";
import {
  assertUnchanged,
  changedWhileReading,
  identityOf,
  readFileBytes,
  type FileIdentity,
  type ListedFile,
} from "./file-bytes.ts";
import { assertDistinctNames, assertMemberName } from "./member-name.ts";

/** A folder as a container. Links, devices, pipes and files with a second name (hard links) are refused. */
export async function openDirectory(path: string, limits: ContainerLimits): Promise<Container> {
  const label = basename(resolve(path));
  // With the separator at its end. Members have one spelling, so nothing is left to resolve when they are joined to it.
  const root = join(resolve(path), sep);
  const identities = await listAll(root, label, limits);
  const members: ContainerMember[] = [...identities].map(([member, { byteLength }]) => ({ path: member, byteLength }));
  members.sort(comparePaths);
  assertDistinctNames(
    members.map((member) => member.path),
    [],
    label,
  );
  assertTotal(
    members.reduce((total, member) => total + member.byteLength, 0),
    limits,
    label,
  );
  const fileOf = (member: string): ListedFile => ({
    path: root + member,
    shownPath: member,
    identity: present(identities.get(member), "only listed members are opened"),
  });
  return {
    kind: "directory",
    label,
    members,
    open: (member) => readFileBytes(fileOf(member)),
    fileOf,
    faults: () => [],
    assertUnchanged: () => assertSameList(root, label, limits, identities),
    close: () => Promise.resolve(),
  };
}

/** The files of a folder and of the folders in it, by path. */
async function listAll(root: string, label: string, limits: ContainerLimits): Promise<Map<string, FileIdentity>> {
  const found = new Map<string, FileIdentity>();
  await list(root, "", label, limits, found);
  return found;
}

/** Throws `changed-while-reading` when the folder does not hold the listed files, as they were, and no others. */
async function assertSameList(
  root: string,
  label: string,
  limits: ContainerLimits,
  then: ReadonlyMap<string, FileIdentity>,
): Promise<void> {
  const now = await listAll(root, label, limits).catch((error: unknown) => {
    throw listingChanged(error, label);
  });
  for (const [path, identity] of then) {
    const found = now.get(path);
    if (found === undefined) throw changedWhileReading(path, "the file that was listed", "nothing");
    assertUnchanged(found, identity, path);
  }
  for (const [path, { byteLength }] of now) {
    if (!then.has(path))
      throw changedWhileReading(path, "nothing, as when the folder was listed", `${byteLength} bytes`);
  }
}

/** What a folder that could be listed once holds now, or that a folder in it went away meanwhile. */
function listingChanged(error: unknown, label: string): unknown {
  const isGone = isSystemError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR");
  if (isGone) return changedWhileReading(label, "the folders that were listed", "others");
  if (!(error instanceof Problem)) return error;
  const { file = label, found = error.message } = error.details;
  return changedWhileReading(file, "the files that were listed", found);
}

async function list(
  root: string,
  folder: string,
  label: string,
  limits: ContainerLimits,
  found: Map<string, FileIdentity>,
): Promise<void> {
  const names = await readdir(root + folder, { encoding: "buffer" });
  for (const name of names.map(decodeName).sort()) {
    const path = folder === "" ? name : `${folder}/${name}`;
    assertMemberName(path, label);
    // Of the many tiles of a long log, promises cost more than the looking.
    const stats = lstatSync(root + path, { bigint: true });
    if (stats.isDirectory()) {
      await list(root, path, label, limits, found);
    } else if (stats.isFile() && stats.nlink === 1n) {
      found.set(path, identityOf(stats));
      assertMemberCount(found.size, limits, label);
    } else {
      throw linkProblem(path, stats.isSymbolicLink() || stats.isFile());
    }
  }
}

/** Bytes that are not UTF-8 become U+FFFD, which the name rules refuse. */
function decodeName(name: Buffer): string {
  return name.toString("utf8");
}

/** `link`: a link shows content that is not in the container, a device has none. */
export function linkProblem(path: string, isLink: boolean): Problem {
  const found = isLink ? "a link" : "a device, pipe or socket";
  return new Problem("refused", "link", `the evidence contains ${found} (${quote(path)})`, {
    file: path,
    expected: "files and folders",
    found,
  });
}
