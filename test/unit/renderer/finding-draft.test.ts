import { afterEach, expect, it } from "vitest";

import { changeDraft, draftFrom, resetFindings, useFindings } from "../../../renderer/state/finding-draft.ts";

const state = () => useFindings.getState();

afterEach(resetFindings);

it("a draft stays while another finding is looked at, and is shown again when events are added to it", () => {
  draftFrom([3]);
  changeDraft({ title: "Read in bulk" });
  useFindings.setState({ selected: "F-0001" });
  expect(state()).toMatchObject({ selected: "F-0001", draft: { id: null, title: "Read in bulk", events: [3] } });
  draftFrom([4, 3]);
  expect(state()).toMatchObject({ selected: null, draft: { title: "Read in bulk", events: [3, 4] } });
});

it("nothing of a draft is left for another case, whose events are others", () => {
  draftFrom([3]);
  resetFindings();
  expect(state()).toEqual({ selected: null, draft: null });
});
