export type Token = (name: string) => string;

/** A canvas made sharp for the screen, cleared, with the colours of the theme at hand. */
export function openCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): { readonly context: CanvasRenderingContext2D; readonly token: Token } | null {
  const ratio = globalThis.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.scale(ratio, ratio);
  const style = getComputedStyle(document.documentElement);
  return { context, token: (name) => style.getPropertyValue(name).trim() };
}
