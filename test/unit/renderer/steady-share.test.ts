import { describe, expect, it } from "vitest";

import { steadyShare } from "../../../renderer/state/steady-share.ts";

describe("the share of a job", () => {
  it("is nothing until something is said of it", () => {
    expect(steadyShare({ share: 0, began: 0, told: 0 }, 900)).toBe(0);
  });

  it("is what was said, at the moment it was said", () => {
    expect(steadyShare({ share: 0.25, began: 100, told: 600 }, 600)).toBe(0.25);
  });

  it("goes on at the same pace while the figure stands still", () => {
    expect(steadyShare({ share: 0.25, began: 100, told: 600 }, 1_600)).toBe(0.75);
  });

  it("waits before its end, and is never less than what was said", () => {
    expect(steadyShare({ share: 0.25, began: 0, told: 500 }, 60_000)).toBe(0.95);
    expect(steadyShare({ share: 0.99, began: 0, told: 500 }, 60_000)).toBe(0.99);
  });
});
