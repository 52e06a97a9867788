import fc from "fast-check";
import { expect, test } from "vitest";

import { stageDrawing } from "../../core/model/replay-stage.ts";
import { delaysOf, frameAt, REPLAY_MODES, type ReplayScript } from "../../core/model/replay.ts";
import { type EventRow } from "../../core/model/event.ts";
import { instant } from "../../core/model/time.ts";
import { playerPage } from "../../core/replay/html-player.ts";
import { frameDrawing } from "../../core/replay/frame-drawing.ts";
import { replayScript, type ReplayAct, type ReplayLink } from "../../core/replay/script.ts";
import { storyboardOf } from "../../core/replay/storyboard.ts";

const name = fc.constantFrom("ada", "bo", "svc-<b>", "", null);
const row = (seq: number, time: bigint): fc.Arbitrary<EventRow> =>
  fc
    .record({ principal: name, resource: name, address: name, outcome: fc.constantFrom("success", "denied", null) })
    .map((said) => ({
      seq,
      kind: "event",
      time: instant(time),
      timeRecorded: null,
      source: "ocsf",
      principalKind: null,
      credential: null,
      session: null,
      action: "keys.create",
      service: null,
      error: null,
      userAgent: null,
      account: null,
      region: null,
      requestId: null,
      eventId: null,
      verdict: seq % 3 === 0 ? "altered" : "verified",
      exhibit: "X-1",
      file: "log",
      offset: 0,
      length: 1,
      ...said,
    }));
const SECOND = 1_000_000_000n;
/** An act that was kept; of kind 1 an activity, of kind 2 one that a finding cites. */
const actOf = (event: EventRow, time: bigint, kind: number): ReplayAct => ({
  row: event,
  time,
  until: kind === 1 ? time + 5n : null,
  events: kind === 1 ? 3 : 1,
  sentence: `said <script>${event.seq}</script> & "more"`,
  citations: [{ seq: event.seq, exhibit: "X-1", file: "log", verdict: event.verdict, exhibitItem: null }],
  comment: "",
  kept: true,
  framed: false,
  activity: kind === 1 ? { label: "A-1", name: "Read", technique: "T1213" } : null,
  findings: kind === 2 ? [{ id: "F-0001", title: "Found" }] : [],
});
const acts: fc.Arbitrary<readonly ReplayAct[]> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 4_000 }), fc.integer({ min: 0, max: 2 })), { minLength: 1, maxLength: 25 })
  .chain((plan) => {
    let time = 1_700_000_000n * SECOND;
    return fc.tuple(
      ...plan.map(([distance, kind], seq) => {
        time += BigInt(distance) * SECOND;
        const at = time;
        return row(seq, at).map((event) => actOf(event, at, kind));
      }),
    );
  });
const links: readonly ReplayLink[] = [
  { from: "ada", to: "bo", rule: "7", label: "issued", evidence: [1, 2], inferred: false },
  { from: "bo", to: "nobody else names", rule: "26", label: "login", evidence: [3], inferred: true },
];
const shown = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}n` : part));
const framesOf = (script: ReplayScript) => script.steps.map((_, step) => frameAt(script, step));

test("the same acts give the same script, frames, storyboard and page, byte for byte", () => {
  fc.assert(
    fc.property(acts, (input) => {
      const [one, two] = [
        replayScript(input, links, 0),
        replayScript(structuredClone(input), structuredClone(links), 0),
      ];
      expect(shown(one)).toBe(shown(two));
      expect(shown(framesOf(one))).toBe(shown(framesOf(two)));
      expect(shown(storyboardOf(one))).toBe(shown(storyboardOf(two)));
      expect(playerPage(one, "t")).toBe(playerPage(two, "t"));
    }),
    { numRuns: 60 },
  );
});

test("a stage only grows, every arrow joins boxes that stand, and nothing is drawn before its record", () => {
  fc.assert(
    fc.property(acts, (input) => {
      const script = replayScript(input, links, 0);
      let before = frameAt(script, 0);
      for (const frame of framesOf(script)) {
        expect(frame.nodes).toEqual(expect.arrayContaining([...before.nodes]));
        expect(frame.edges).toEqual(expect.arrayContaining([...before.edges]));
        for (const edge of frame.edges) {
          const { from, to } = script.edges[edge] ?? { from: -1, to: -1 };
          expect(frame.nodes).toContain(from);
          expect(frame.nodes).toContain(to);
        }
        before = frame;
      }
      for (const edge of script.edges)
        expect(edge.rule === null || edge.label.includes(`rule ${edge.rule}`)).toBe(true);
    }),
  );
});

test("a step draws its own names strongly, also those that were told before, and says who did what", () => {
  fc.assert(
    fc.property(acts, (input) => {
      const script = replayScript(input, [], 0);
      input.forEach(({ row: { principal, address } }, step) => {
        const frame = frameAt(script, step);
        const active = frame.active.nodes.map((index) => script.nodes[index]?.label);
        if (principal) expect(active).toContain(principal);
        if (principal && address && principal !== address)
          expect(stageDrawing(script, step).alt).toContain(`${address} to ${principal}`);
      });
    }),
  );
});

test("every shape of a frame lies inside it, and earlier steps are drawn or counted", () => {
  fc.assert(
    fc.property(acts, (input) => {
      const script = replayScript(input, links, 0);
      const last = script.steps.length - 1;
      const { width, height, shapes } = frameDrawing(script, last);
      for (const shape of shapes) {
        if (shape.kind === "line") continue;
        expect(shape.x).toBeGreaterThanOrEqual(0);
        expect(shape.x).toBeLessThanOrEqual(width);
        expect(shape.y).toBeGreaterThanOrEqual(0);
        expect(shape.y).toBeLessThanOrEqual(height);
      }
      const texts = shapes.flatMap((shape) => (shape.kind === "text" ? [shape.text] : []));
      expect(texts).toContain(String(last + 1));
      expect(texts.includes("1") || texts.some((text) => text.startsWith("steps 1 to "))).toBe(true);
    }),
  );
});

test("no number or name on the stage touches another, and that of the told step is always there", () => {
  const crowd = fc.constantFrom("a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8");
  const crowded = fc
    .array(fc.record({ principal: crowd, resource: crowd, address: crowd }), { minLength: 12, maxLength: 60 })
    .chain((names) =>
      fc.tuple(
        ...names.map((named, seq) =>
          row(seq, BigInt(seq) * SECOND).map((event) => actOf({ ...event, ...named }, BigInt(seq) * SECOND, 0)),
        ),
      ),
    );
  fc.assert(
    fc.property(crowded, (input) => {
      const script = replayScript(input, [], 0);
      for (const step of script.steps.keys()) {
        const small = stageDrawing(script, step).shapes.flatMap((shape) =>
          shape.kind === "box" && shape.height < 20 ? [shape] : [],
        );
        expect(small.some(({ fill }) => fill === "strong")).toBe(true);
        const touching = small.filter((one, index) =>
          small
            .slice(index + 1)
            .some(
              (two) =>
                one.x < two.x + two.width &&
                two.x < one.x + one.width &&
                one.y < two.y + two.height &&
                two.y < one.y + one.height,
            ),
        );
        expect(touching).toEqual([]);
      }
    }),
    { numRuns: 20 },
  );
});

test("the numbers of an arrow stand at the same place in every frame", () => {
  const input = ["a", "b", "a", "c", "b", "a"].map((letter, seq): ReplayAct => {
    const [event] = fc.sample(row(seq, BigInt(seq) * SECOND), { numRuns: 1, seed: seq });
    if (!event) throw new Error("a sample of one has one");
    return actOf({ ...event, principal: "p", address: letter, resource: null }, BigInt(seq) * SECOND, 0);
  });
  const script = replayScript(input, [], 0);
  const middles = script.steps.flatMap((_, step) =>
    stageDrawing(script, step).shapes.flatMap((shape) =>
      shape.kind === "box" && shape.radius === 8 ? [`${shape.x + shape.width / 2} ${shape.y}`] : [],
    ),
  );
  expect(new Set(middles).size).toBe(3);
});

test("chapters cover every step once, gaps are told, and each step cites a record and has the worst of its verdicts", () => {
  fc.assert(
    fc.property(acts, (input) => {
      const script = replayScript(input, links, 0);
      expect(
        script.chapters.flatMap(({ first, end }) => Array.from({ length: end - first }, (_, at) => first + at)),
      ).toEqual(script.steps.map((_, step) => step));
      script.steps.forEach((step, at) => {
        const next = script.steps[at + 1];
        const distance = next ? next.time - (step.until ?? step.time) : 0n;
        expect(script.gaps.some(({ after }) => after === at)).toBe(distance > 60n * SECOND);
        expect(step.citations.length).toBeGreaterThan(0);
        expect(step.verdict).toBe(step.citations[0]?.verdict);
      });
      for (const mode of REPLAY_MODES) {
        for (const delay of delaysOf(script, mode, 60)) expect(delay).toBeGreaterThanOrEqual(250);
      }
    }),
  );
});

test("no text of the evidence becomes markup of the page", () => {
  fc.assert(
    fc.property(acts, (input) => {
      const page = playerPage(replayScript(input, links, 0), "</title><script>alert(1)</script>");
      expect(page.match(/<script/g)).toHaveLength(2);
      expect(page).not.toContain("svc-<b>");
      expect(page).toContain("default-src 'none'");
    }),
    { numRuns: 30 },
  );
});
