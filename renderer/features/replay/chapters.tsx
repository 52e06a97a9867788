import { IconPhoto } from "@tabler/icons-react";
import { useState } from "react";

import { type ReplayScript } from "../../../core/model/replay.ts";
import { instant } from "../../../core/model/time.ts";
import { lengthText } from "../../state/clock.ts";
import { clock, counted } from "../../ui/format.ts";
import { goToStep } from "./replay-state.ts";

/** With more steps than this only the chapter of the step is open, and those a person opened. */
const OPEN_LIMIT = 12;

/** Activities and findings as chapters, with the gaps between their steps. */
export function Chapters({ script, step }: { readonly script: ReplayScript; readonly step: number }) {
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const current = script.steps[step]?.chapter;
  const isOpen = (index: number) => script.steps.length <= OPEN_LIMIT || index === current || opened.has(index);
  const toggle = (index: number) =>
    setOpened((before) => {
      const next = new Set(before);
      if (!next.delete(index)) next.add(index);
      return next;
    });
  return (
    <nav className="chapters" aria-label="Chapters">
      <h2>
        Chapters <span className="text-2 size-12">{counted(script.steps.length, "step")}</span>
      </h2>
      <ol>
        {script.chapters.map((chapter, index) => (
          <li key={index} className={index === current ? "now" : undefined}>
            <button
              type="button"
              className="chapter"
              aria-expanded={isOpen(index)}
              onClick={() => {
                toggle(index);
                goToStep(chapter.first);
              }}
            >
              <span className="text-3">{index + 1}</span>
              <b className="grow">{chapter.title}</b>
              <span className="text-2 number">{clock(instant(script.steps[chapter.first]?.time ?? 0n))}</span>
            </button>
            <p className="text-2 size-12">
              {[chapter.technique, counted(chapter.end - chapter.first, "step")].filter(Boolean).join(", ")}
            </p>
            {isOpen(index) && (
              <ol>
                {script.steps.slice(chapter.first, chapter.end).map((item, at) => {
                  const number = chapter.first + at;
                  const gap = script.gaps.find(({ after }) => after === number);
                  return (
                    <li key={number}>
                      <button
                        type="button"
                        className="chapter-step"
                        aria-current={number === step ? "step" : undefined}
                        onClick={() => goToStep(number)}
                      >
                        <span className="text-3">{number + 1}</span>
                        <span className="ellipsis grow">{item.title}</span>
                        {item.framed && <IconPhoto size={12} role="img" aria-label="in the report" />}
                      </button>
                      {gap && <p className="chapter-gap">no kept event for {lengthText(gap.nanoseconds)}</p>}
                    </li>
                  );
                })}
              </ol>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
