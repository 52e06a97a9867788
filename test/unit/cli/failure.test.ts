import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { errorDocument, errorText, toProblem } from "../../../core/cli/failure.ts";
import { Problem } from "../../../core/model/problem.ts";

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("failures of commands", () => {
  test("a missing file is a problem of the machine that names the file", () => {
    const problem = toProblem(thrownBy(() => readFileSync("/nowhere/at-all.json")));
    expect(problem.exitCode).toBe(74);
    expect(errorDocument(problem)).toEqual({
      error: {
        code: "system-enoent",
        message: "opening a file: expected a file or folder, found none",
        file: "/nowhere/at-all.json",
        expected: "a file or folder",
        found: "none",
      },
    });
  });

  test("an unknown error is our own fault", () => {
    expect(toProblem(new TypeError("x is undefined")).exitCode).toBe(70);
  });

  test("one line says where, what, expected and found", () => {
    const problem = new Problem("refused", "not-a-log", "not a log", {
      file: "a.txt",
      line: 3,
      expected: "a JSON object",
      found: '"hello"',
    });
    expect(errorText(problem)).toBe('a.txt, line 3: not a log (expected a JSON object, found "hello") [not-a-log]');
  });
});
