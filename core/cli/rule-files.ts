import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";

import { parse } from "yaml";
import { z } from "zod";

import { type Placeholders } from "../detection/placeholders.ts";
import { type RuleFile } from "../detection/read-rules.ts";
import { MAX_RULE_FILE_BYTES } from "../detection/yaml-tree.ts";
import { Problem } from "../model/problem.ts";

/** Far more than any published collection. */
const MAX_FILES = 50_000;

/**
 * The rule files at these paths: a file whatever its name, a folder's `*.yml` and `*.yaml` at any depth, in order of name.
 * Throws `no-rule-files`, `rule-file-too-large`, `too-many-rules` (usage) and system errors.
 */
export async function readRuleFiles(paths: readonly string[]): Promise<readonly RuleFile[]> {
  const files: RuleFile[] = [];
  for (const path of paths) {
    const isFolder = (await stat(path)).isDirectory();
    const found = isFolder ? await yamlFilesIn(path) : [path];
    if (found.length === 0) {
      const message = "reading rules: expected *.yml or *.yaml files in the folder, found none";
      throw new Problem("usage", "no-rule-files", message, { file: path });
    }
    for (const file of found) {
      if (files.length >= MAX_FILES)
        throw new Problem("usage", "too-many-rules", `expected at most ${MAX_FILES} rule files`);
      const { size } = await stat(file);
      if (size > MAX_RULE_FILE_BYTES) {
        const message = `reading rules: expected a file of at most ${MAX_RULE_FILE_BYTES} bytes, found ${size}`;
        throw new Problem("usage", "rule-file-too-large", message, { file });
      }
      const name = isFolder ? join(basename(path), relative(path, file)) : basename(file);
      files.push({ file: name, text: await readFile(file, "utf8") });
    }
  }
  return files;
}

async function yamlFilesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const valueFile = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

/** A value file: YAML that names placeholders and their values, `Administrators: [root, admin]`. Throws `bad-placeholders` (usage). */
export async function readPlaceholders(path: string): Promise<Placeholders> {
  const bad = (found: string): Problem =>
    new Problem("usage", "bad-placeholders", `reading values of placeholders: ${found}`, { file: path });
  let document: unknown;
  try {
    document = parse(await readFile(path, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") throw error;
    throw bad(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
  }
  const result = valueFile.safeParse(document);
  if (!result.success) throw bad("expected names with a text or a list of texts");
  return new Map(
    Object.entries(result.data).map(([name, values]) => [name, typeof values === "string" ? [values] : values]),
  );
}
