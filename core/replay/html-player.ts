import { createHash } from "node:crypto";

import { delaysOf, type ReplayScript } from "../model/replay.ts";
import { type RowVerdict } from "../model/verdict.ts";
import playerStyle from "./assets/player.css?raw";
import program from "./assets/player.js?raw";
import { DRAWING_STYLE, drawingSvg, escapeXml } from "./drawing-svg.ts";
import { frameDrawing } from "./frame-drawing.ts";
import { lengthWords } from "./length-words.ts";
import { chapterPages, type StoryboardPage } from "./storyboard.ts";

const STYLE = `${playerStyle}${DRAWING_STYLE}`;

const WORDS: Readonly<Record<RowVerdict, string>> = {
  verified: "Verified",
  "with-limits": "Verified with limits",
  "not-verifiable": "Not verifiable",
  altered: "Altered",
  withheld: "Withheld",
  pending: "Not verifiable",
};

/**
 * A page that plays the replay by itself: no network, no other file, every frame drawn beforehand. Without scripts and on
 * paper it is a storyboard. The policy allows exactly the page's own style and program.
 */
export function playerPage(script: ReplayScript, title: string): string {
  const frames = script.steps.map(
    (_, step) => `<div class="frame" id="frame-${step}" hidden>${drawingSvg(frameDrawing(script, step))}</div>`,
  );
  const timing = {
    step: script.steps.map(() => null),
    even: delaysOf(script, "even", 1),
    real: delaysOf(script, "real", 60),
  };
  const pages = chapterPages(script);
  const policy = `default-src 'none'; style-src 'sha256-${digest(STYLE)}'; script-src 'sha256-${digest(program)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>${escapeXml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeXml(title)}</h1>
<p class="limits">Shows recorded events only; times are UTC. A dashed line is inferred by the rule it names. An account is not a person.${
    script.leftOut > 0
      ? ` ${script.leftOut} kept events without a time or beyond the limit are not among the steps.`
      : ""
  }</p>
</header>
<main id="player" hidden>
<div id="stage">${frames.join("")}</div>
<p id="said" role="status" aria-live="polite"></p>
<div class="transport" role="group" aria-label="Replay">
<button type="button" id="first">First</button>
<button type="button" id="back">Back</button>
<button type="button" id="play">Play</button>
<button type="button" id="next">Next</button>
<button type="button" id="last">Last</button>
<label>Pace <select id="mode"><option value="step">step by step</option><option value="even" selected>even spacing</option><option value="real">real time × 60</option></select></label>
<label>Step <input id="place" type="range" min="0" max="${Math.max(0, script.steps.length - 1)}" value="0"></label>
</div>
</main>
<section id="story" aria-label="Storyboard">
${pages.map(pageHtml).join("\n")}
</section>
<script type="application/json" id="timing">${JSON.stringify(timing)}</script>
<script>${program}</script>
</body>
</html>
`;
}

function pageHtml(page: StoryboardPage): string {
  const technique = page.technique === "" ? "" : ` <small>${escapeXml(page.technique)}</small>`;
  const steps = page.steps.map(
    (step) =>
      `<li id="step-${step.number - 1}" value="${step.number}"><time>${step.time}</time> ${escapeXml(step.sentence)} <b>${WORDS[step.verdict]}</b> <cite>${step.citations
        .map(({ exhibitItem, exhibit, seq }) => escapeXml(exhibitItem ?? `${exhibit} record ${seq}`))
        .join(
          ", ",
        )}</cite>${step.gapAfter === null ? "" : ` <p class="gap">no kept event for ${lengthWords(step.gapAfter)}</p>`}</li>`,
  );
  return `<article class="page"><h2>${escapeXml(page.title)}${technique}</h2><p><time>${page.from}</time> to <time>${page.to}</time></p>${page.drawing ? drawingSvg(page.drawing) : ""}<ol>${steps.join("")}</ol></article>`;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
