import { buildNode } from "../../scripts/build.mjs";

/** Worker threads need JavaScript on disk: builds what runs in them once before the tests. */
export default async function setup(): Promise<void> {
  await buildNode(["hash-worker", "cli"]);
}
