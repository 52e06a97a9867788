/* global document, matchMedia, addEventListener */
"use strict";
const at = (id) => document.getElementById(id);
const timing = JSON.parse(at("timing").textContent);
const frames = document.querySelectorAll("#stage > .frame");
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
let step = 0;
let timer;
function show(next) {
  frames[step].hidden = true;
  at("step-" + step).classList.remove("now");
  step = Math.max(0, Math.min(frames.length - 1, next));
  frames[step].hidden = false;
  const item = at("step-" + step);
  item.classList.add("now");
  at("place").value = step;
  // The sentence says the time that the list has before it.
  const sentence = item.textContent.slice(item.firstChild.textContent.length);
  at("said").textContent = "Step " + (step + 1) + " of " + frames.length + "." + sentence;
}
function stop() {
  clearTimeout(timer);
  timer = undefined;
  at("play").textContent = "Play";
}
function advance() {
  const delay = timing[at("mode").value][step];
  if (step === frames.length - 1 || delay === null) {
    stop();
    return;
  }
  timer = setTimeout(() => {
    show(step + 1);
    advance();
  }, delay);
}
function toggle() {
  if (timer !== undefined) {
    stop();
    return;
  }
  if (at("mode").value === "step" || still) {
    show(step + 1);
    return;
  }
  if (step === frames.length - 1) show(0);
  at("play").textContent = "Pause";
  advance();
}
function go(next) {
  stop();
  show(next);
}
const acts = {
  " ": toggle,
  ArrowLeft: () => go(step - 1),
  ArrowRight: () => go(step + 1),
  Home: () => go(0),
  End: () => go(frames.length - 1),
};
if (frames.length > 0) {
  at("player").hidden = false;
  at("first").onclick = acts.Home;
  at("back").onclick = acts.ArrowLeft;
  at("play").onclick = toggle;
  at("next").onclick = acts.ArrowRight;
  at("last").onclick = acts.End;
  at("mode").onchange = stop;
  at("place").oninput = () => go(Number(at("place").value));
  addEventListener("keydown", (event) => {
    const name = event.target.tagName;
    if (name === "INPUT" || name === "SELECT" || (name === "BUTTON" && event.key === " ")) return;
    const act = event.ctrlKey || event.altKey || event.metaKey ? undefined : acts[event.key];
    if (act === undefined) return;
    // Otherwise Home and End would scroll the stage out of sight.
    event.preventDefault();
    act();
  });
  show(0);
}
