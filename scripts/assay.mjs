#!/usr/bin/env node
// The command line from a checkout: builds what is stale, then runs in this very process, so that arguments, standard
// streams, signals and the exit code are the command's own. Nothing is written to standard output but what it writes.
import path from "node:path";

import { ensureDependencies, runScript } from "./setup.mjs";

/** "Our fault" among the exit codes of docs/verdicts.md: a checkout that does not build says nothing about evidence. */
const INTERNAL_EXIT_CODE = 70;

await runScript(async () => {
  ensureDependencies();
  const { buildNode } = await import("./build.mjs");
  await buildNode(["cli", "hash-worker"]);
  const entry = path.resolve(import.meta.dirname, "../dist/node/cli.mjs");
  process.argv[1] = entry;
  await import(entry);
  return process.exitCode;
}, INTERNAL_EXIT_CODE);
