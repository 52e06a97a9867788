import "./paper.css";

import { useLayoutEffect, useMemo, useRef, useState } from "react";

import { type ReportModel } from "../../../core/model/report.ts";
import { counted } from "../../ui/format.ts";
import { FLOW_LIMIT, flowOf, type FlowItem } from "./flow.tsx";

/** Height for text on an A4 page of 1123 pixels, without header and footer. */
const PAGE_HEIGHT = 970;

interface PagesProps {
  readonly model: ReportModel;
  /** Sections to draw; all without it. */
  readonly only?: (section: ReportModel["sections"][number]) => boolean;
  /** Share of the printed size. */
  readonly zoom: number;
}

/** The report as A4 pages. Where the breaks fall in print is the package's PDF to say; words and order are the same. */
export function Pages({ model, only, zoom }: PagesProps) {
  const items = useMemo(() => flowOf(only ? model.sections.filter(only) : model.sections), [model, only]);
  const drawn = useMemo(() => items.slice(0, FLOW_LIMIT), [items]);
  const measureRef = useRef<HTMLDivElement>(null);
  const [breaks, setBreaks] = useState<readonly number[]>([]);
  useLayoutEffect(() => {
    const heights = [...(measureRef.current?.children ?? [])].map((child) =>
      child instanceof HTMLElement ? child.offsetHeight : 0,
    );
    setBreaks(breaksOf(heights, drawn));
  }, [drawn]);
  const pages = breaks.map((start, index) => drawn.slice(start, breaks[index + 1] ?? drawn.length));
  const draft = model.missing.length > 0;
  return (
    <div className="papers" style={{ zoom }}>
      <div className="paper paper-measure" ref={measureRef} aria-hidden>
        {drawn.map((item) => (
          <div key={item.key} className="paper-piece">
            {item.node}
          </div>
        ))}
      </div>
      {pages.map((page, index) => (
        <article key={index} className="paper" data-mantine-color-scheme="light" aria-label={`Page ${index + 1}`}>
          <div className="paper-header">
            <span>
              {model.caseId} {model.reportId}
              {draft && " DRAFT"}
            </span>
            <span>{model.classification}</span>
          </div>
          {page.map((item) => (
            <div key={item.key} className="paper-piece">
              {item.node}
            </div>
          ))}
          {draft && (
            <span className="paper-draft" aria-hidden>
              DRAFT
            </span>
          )}
          <div className="paper-footer">
            <span>{model.title}</span>
            <span>
              Page {index + 1} of {pages.length}
            </span>
          </div>
        </article>
      ))}
      {items.length > FLOW_LIMIT && (
        <p className="size-12 text-2">
          {counted(items.length - FLOW_LIMIT, "further line")} are not drawn here; the package holds all of them.
        </p>
      )}
    </div>
  );
}

/** Index of the first piece of each page. */
function breaksOf(heights: readonly number[], items: readonly FlowItem[]): readonly number[] {
  const breaks = [0];
  let used = 0;
  heights.forEach((height, index) => {
    if (used + height > PAGE_HEIGHT && used > 0) {
      let start = index;
      while (start - 1 > (breaks.at(-1) ?? 0) && items[start - 1]?.keepWithNext) start -= 1;
      breaks.push(start);
      used = heights.slice(start, index).reduce((sum, part) => sum + part, 0);
    }
    used += height;
  });
  return breaks;
}
