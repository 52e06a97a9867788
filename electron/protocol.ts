import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";

import { protocol, type Session } from "electron";

/** The one origin there is: every page and asset comes from the application's own files. */
export const PAGE_ORIGIN = "app://bundle";

const NONCE_PLACEHOLDER = "__STYLE_NONCE__";
const NONCE_BYTES = 18;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};

/** Makes app:// a proper origin; must be called before the application is ready. */
export function registerPageScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: false };
  protocol.registerSchemesAsPrivileged([{ scheme: "app", privileges }]);
}

/** Answers app://bundle/… with the files of one folder, and anything else with 404. */
export function servePage(session: Session, folder: string): void {
  session.protocol.handle("app", (request) => answer(request, folder));
}

async function answer(request: Request, folder: string): Promise<Response> {
  const nonce = randomBytes(NONCE_BYTES).toString("base64");
  const file = request.method === "GET" ? fileFor(request.url, folder) : undefined;
  const type = file === undefined ? undefined : CONTENT_TYPES[path.extname(file)];
  const content = file === undefined || type === undefined ? undefined : await readFile(file).catch(() => undefined);
  if (file === undefined || type === undefined || content === undefined) {
    return new Response("", { status: 404, headers: responseHeaders("text/plain", nonce) });
  }
  const body = file.endsWith(".html")
    ? content.toString("utf8").replace(NONCE_PLACEHOLDER, nonce)
    : new Uint8Array(content);
  return new Response(body, { headers: responseHeaders(type, nonce) });
}

/** The file a URL names inside `folder`; undefined for another host, a malformed path, or one that leads outside. */
function fileFor(address: string, folder: string): string | undefined {
  const url = new URL(address);
  if (`${url.protocol}//${url.host}` !== PAGE_ORIGIN) return undefined;
  let name: string;
  try {
    name = decodeURIComponent(url.pathname);
  } catch {
    return undefined;
  }
  if (name.includes("\0")) return undefined;
  const file = path.resolve(folder, `.${name}`);
  return file.startsWith(folder + path.sep) ? file : undefined;
}

function responseHeaders(type: string, nonce: string): Record<string, string> {
  return {
    "content-type": type,
    "content-security-policy": pagePolicy(nonce),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), bluetooth=()",
    "cache-control": "no-store",
  };
}

/** Component kits write style elements at run time: they carry the nonce of this very load (renderer/page-policy.ts). */
function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'none'",
    "object-src 'none'",
    "worker-src 'none'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types default",
  ].join("; ");
}
