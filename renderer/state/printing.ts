import { useSession } from "./session.ts";

/** Prints the screen in the light theme, which is that of paper, and gives back the theme it had. */
export async function printScreen(): Promise<void> {
  const { theme } = useSession.getState();
  useSession.setState({ theme: "light" });
  await drawn();
  globalThis.print();
  useSession.setState({ theme });
}

/** Two frames: the theme is set in one, and canvases are drawn with it by the next. */
function drawn(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
}
