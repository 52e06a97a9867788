import { describe, expect, it } from "vitest";
import { LineFramer, linesOf } from "../../../core/encoding/ndjson.ts";
import { Problem } from "../../../core/model/problem.ts";

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    yield await Promise.resolve(bytes.subarray(start, start + size));
  }
}

async function frame(text: string, chunkSize: number): Promise<[number, string, boolean][]> {
  const lines: [number, string, boolean][] = [];
  for await (const { offset, bytes, terminated } of linesOf(chunksOf(Buffer.from(text), chunkSize), 100)) {
    lines.push([offset, Buffer.from(bytes).toString(), terminated]);
  }
  return lines;
}

describe("line framing", () => {
  it("gives the same lines for every chunk size", async () => {
    const text = '{"a":1}\n\n{"b":"é"}\r\n{"c":3}';
    for (let size = 1; size <= text.length + 2; size++) {
      expect(await frame(text, size)).toEqual([
        [0, '{"a":1}', true],
        [8, "", true],
        [9, '{"b":"é"}\r', true],
        [21, '{"c":3}', false],
      ]);
    }
  });

  it("has no line in an empty stream, and no last line after a line feed", async () => {
    expect(await frame("", 1)).toEqual([]);
    expect(await frame("a\n", 1)).toEqual([[0, "a", true]]);
  });

  it("refuses an endless line at its start, before it is held", () => {
    const framer = new LineFramer(100);
    expect([...framer.push(Buffer.from(`ok\n${"x".repeat(60)}`))].length).toBe(1);
    let caught: unknown;
    try {
      Array.from(framer.push(Buffer.from("x".repeat(41))));
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(Problem);
    expect(caught).toMatchObject({ code: "line-too-long", details: { offset: 3 } });
  });

  it("keeps the start of a line when the chunk's buffer is used again", () => {
    const framer = new LineFramer(100);
    const chunk = Buffer.from("abc");
    expect([...framer.push(chunk)]).toEqual([]);
    chunk.fill(0);
    const [line] = framer.push(Buffer.from("d\n"));
    expect(Buffer.from(line?.bytes ?? []).toString()).toBe("abcd");
  });

  it("takes a line of exactly the limit", () => {
    const framer = new LineFramer(100);
    expect([...framer.push(Buffer.from(`${"x".repeat(100)}\n`))].length).toBe(1);
    expect(() => [...framer.push(Buffer.from(`${"x".repeat(101)}\n`))]).toThrow(Problem);
  });
});
