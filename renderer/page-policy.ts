import { setNonce } from "get-nonce";
import { config } from "zod";

// The page may not make code from text, which zod would try first; it checks without.
config({ jitless: true });

/** The nonce of this load, written into the page by the protocol handler; style elements carry it. */
export const styleNonce = document.querySelector('meta[name="style-nonce"]')?.getAttribute("content") ?? "";

setNonce(styleNonce);

declare global {
  interface Window {
    readonly trustedTypes?: {
      createPolicy(name: string, rules: { createHTML(text: string): string }): unknown;
    };
  }
}

// Mantine sets the text of its style elements through innerHTML. Style text holds no "<"; markup does, and is refused.
window.trustedTypes?.createPolicy("default", {
  createHTML(text) {
    if (text.includes("<")) throw new TypeError("markup as text is refused");
    return text;
  },
});
