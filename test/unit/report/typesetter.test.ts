import { describe, expect, it } from "vitest";

import { PdfFile } from "../../../core/report/pdf-file.ts";
import { type Line, lineWidth } from "../../../core/report/typesetter.ts";

const properties = { title: "", author: "", keywords: "", date: new Date(0), producer: "" };
const { type } = new PdfFile(properties);

const textOf = (line: Line): string => line.map(({ text }) => text).join("");
const setOn = (text: string, width: number): readonly string[] => type.lines(text, "regular", 9, width).map(textOf);

describe("a text on the page", () => {
  it.each([
    ["Chinese", "帳號 admin", "<U+5E33><U+865F> admin"],
    ["Arabic", "مدير", "<U+0645><U+062F><U+064A><U+0631>"],
    ["Hebrew", "שלום.exe", "<U+05E9><U+05DC><U+05D5><U+05DD>.exe"],
    ["Devanagari", "खाता", "<U+0916><U+093E><U+0924><U+093E>"],
    ["an emoji", "ok 😀", "ok <U+1F600>"],
    ["a direction mark", "user\u202egpj.exe", "user<U+202E>gpj.exe"],
    ["a joiner", "a\u200db", "a<U+200D>b"],
    ["a tag", "a\u{e0041}", "a<U+E0041>"],
    ["a variation selector", "1\ufe0f", "1<U+FE0F>"],
  ])("shows %s as code points rather than as nothing or a box", (_, text, shown) => {
    expect(setOn(text, 500)).toEqual([shown]);
  });

  it("keeps letters that the fonts of the program have", () => {
    const text = "Grüße, Ελλάδα, Москва, Việt Nam, łódź";
    expect(setOn(text, 500)).toEqual([text]);
  });

  it("breaks between words, a longer name between its parts, and what is longer still anywhere, without losing a character", () => {
    const arn = "arn:aws:iam::123837392027:policy/stratus-red-team-policy";
    expect(setOn(`AttachRolePolicy on ${arn}`, 400)).toEqual([`AttachRolePolicy on ${arn}`]);
    expect(setOn(`AttachRolePolicy on ${arn}`, 260)).toEqual(["AttachRolePolicy on ", arn]);
    const narrow = setOn(`on ${arn}`, 170);
    expect(narrow.join("")).toBe(`on ${arn}`);
    expect(narrow.at(-1)).toBe("stratus-red-team-policy");
    const digest = "ab".repeat(300);
    expect(setOn(digest, 100).join("")).toBe(digest);
  });

  it("cuts what has to stand on one line with an ellipsis", () => {
    const line = type.fitting("Northgate Incident Response and Digital Forensics", "regular", 9, 120);
    expect(textOf(line)).toMatch(/^Northgate.*…$/);
    expect(lineWidth(line)).toBeLessThanOrEqual(120);
  });
});
