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
if (frames.length > 0) {
  at("player").hidden = false;
  at("first").onclick = () => {
    stop();
    show(0);
  };
  at("back").onclick = () => {
    stop();
    show(step - 1);
  };
  at("next").onclick = () => {
    stop();
    show(step + 1);
  };
  at("last").onclick = () => {
    stop();
    show(frames.length - 1);
  };
  at("play").onclick = toggle;
  at("mode").onchange = stop;
  at("place").oninput = () => {
    stop();
    show(Number(at("place").value));
  };
  addEventListener("keydown", (event) => {
    const name = event.target.tagName;
    if (name === "INPUT" || name === "SELECT" || (name === "BUTTON" && event.key === " ")) return;
    if (event.key === " ") {
      event.preventDefault();
      toggle();
    } else if (event.key === "ArrowRight") {
      stop();
      show(step + 1);
    } else if (event.key === "ArrowLeft") {
      stop();
      show(step - 1);
    } else if (event.key === "Home") {
      stop();
      show(0);
    } else if (event.key === "End") {
      stop();
      show(frames.length - 1);
    }
  });
  show(0);
}
