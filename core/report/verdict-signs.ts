/** Signs before the words of a verdict column where nothing is drawn, so that no verdict is told by colour alone. */
export const VERDICT_SIGNS: ReadonlyMap<string, string> = new Map([
  ["Verified", "✓"],
  ["Verified with limits", "✓−"],
  ["With limits", "✓−"],
  ["Not verifiable", "?"],
  ["Not attempted", "–"],
  ["Withheld", "–"],
  ["Pending", "–"],
  ["Failed", "✗"],
  ["Altered", "✗"],
  ["Conflict", "⑂"],
  ["Refused", "■"],
]);
