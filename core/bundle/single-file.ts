import { basename } from "node:path";
import { stat } from "node:fs/promises";

import { type Container, type ContainerLimits } from "./container.ts";
import { assertTotal } from "./container-limits.ts";
import { identityOf, readFileBytes } from "./file-bytes.ts";
import { assertMemberName } from "./member-name.ts";

/** One file as a container with one member, named like the file. */
export async function openSingleFile(path: string, limits: ContainerLimits): Promise<Container> {
  const label = basename(path);
  assertMemberName(label, label);
  const identity = identityOf(await stat(path, { bigint: true }));
  assertTotal(identity.byteLength, limits, label);
  return {
    kind: "file",
    label,
    members: [{ path: label, byteLength: identity.byteLength }],
    open: () => readFileBytes({ path, shownPath: label, identity }),
    faults: () => [],
    close: () => Promise.resolve(),
  };
}
