import { expect, test } from "vitest";

import { escapeInvisible } from "../../../core/timeline/invisible.ts";

test.each([
  ["a zero width space", "pay\u200bpal", "pay\\u{200b}pal"],
  ["a direction override", "txt\u202eexe", "txt\\u{202e}exe"],
  ["an escape character", "\u001b[31m", "\\u{1b}[31m"],
  ["a NUL", "a\u0000b", "a\\u{0}b"],
  ["a no-break space", "a\u00a0b", "a\\u{a0}b"],
  ["an em space", "a\u2003b", "a\\u{2003}b"],
  ["a line separator", "a\u2028b", "a\\u{2028}b"],
  ["a byte order mark", "\ufeff{}", "\\u{feff}{}"],
  ["a carriage return", "a\r\n", "a\\u{d}\n"],
  ["a tag character", "a\u{e0041}", "a\\u{e0041}"],
  ["a variation selector", "a\ufe0f\u{e0101}", "a\\u{fe0f}\\u{e0101}"],
  ["an unpaired surrogate", "a\ud800b", "a\\u{d800}b"],
  ["a Hangul filler", "a\u3164b", "a\\u{3164}b"],
])("%s becomes visible", (_, text, shown) => {
  expect(escapeInvisible(text)).toBe(shown);
});

test("what can be seen stays as it is", () => {
  const text = 'Grüße, 你好 "quoted" \\n\n\tend 😀 عربي';
  expect(escapeInvisible(text)).toBe(text);
});
