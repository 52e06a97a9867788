/** Counts answers that are still out, so that the window can say when everything it shows has arrived. */
let outstanding = 0;
let scheduled = false;

function publish(): void {
  if (outstanding > 0) document.body.dataset["settled"] = "false";
  if (scheduled) return;
  scheduled = true;
  // Two frames: React renders what arrived in the first, and the second begins after it was painted.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      scheduled = false;
      document.body.dataset["settled"] = outstanding === 0 ? "true" : "false";
    }),
  );
}

export function asked(): void {
  outstanding += 1;
  publish();
}

export function answered(): void {
  outstanding -= 1;
  publish();
}
