import interCyrillicExtRegular from "@fontsource/inter/files/inter-cyrillic-ext-400-normal.woff?inline";
import interCyrillicExtStrong from "@fontsource/inter/files/inter-cyrillic-ext-600-normal.woff?inline";
import interCyrillicRegular from "@fontsource/inter/files/inter-cyrillic-400-normal.woff?inline";
import interCyrillicStrong from "@fontsource/inter/files/inter-cyrillic-600-normal.woff?inline";
import interGreekRegular from "@fontsource/inter/files/inter-greek-400-normal.woff?inline";
import interGreekStrong from "@fontsource/inter/files/inter-greek-600-normal.woff?inline";
import interLatinExtRegular from "@fontsource/inter/files/inter-latin-ext-400-normal.woff?inline";
import interLatinExtStrong from "@fontsource/inter/files/inter-latin-ext-600-normal.woff?inline";
import interLatinRegular from "@fontsource/inter/files/inter-latin-400-normal.woff?inline";
import interLatinStrong from "@fontsource/inter/files/inter-latin-600-normal.woff?inline";
import interVietnameseRegular from "@fontsource/inter/files/inter-vietnamese-400-normal.woff?inline";
import interVietnameseStrong from "@fontsource/inter/files/inter-vietnamese-600-normal.woff?inline";
import monoCyrillic from "@fontsource/jetbrains-mono/files/jetbrains-mono-cyrillic-400-normal.woff?inline";
import monoGreek from "@fontsource/jetbrains-mono/files/jetbrains-mono-greek-400-normal.woff?inline";
import monoLatin from "@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff?inline";
import monoLatinExt from "@fontsource/jetbrains-mono/files/jetbrains-mono-latin-ext-400-normal.woff?inline";
import monoVietnamese from "@fontsource/jetbrains-mono/files/jetbrains-mono-vietnamese-400-normal.woff?inline";

import { unwrapWoff } from "./woff.ts";

/** The three voices of a page: running text, emphasis, and bytes. */
export type Voice = "regular" | "strong" | "mono";

/** One font file: a subset of a typeface, by its share of Unicode. */
export interface FontFile {
  /** Unique among all font files; sorted use of it keeps the PDF reproducible. */
  readonly name: string;
  /** The font, made when it is first asked for. */
  readonly bytes: () => Uint8Array;
}

function fontFile(name: string, dataUrl: string): FontFile {
  let font: Uint8Array | undefined;
  return { name, bytes: () => (font ??= unwrapWoff(Buffer.from(dataUrl.slice(dataUrl.indexOf(",") + 1), "base64"))) };
}

/** The font files of each voice, in the order in which they are asked for a character. They ship with the program. */
export const TYPEFACES: Readonly<Record<Voice, readonly [FontFile, ...FontFile[]]>> = {
  regular: [
    fontFile("regular-latin", interLatinRegular),
    fontFile("regular-latin-ext", interLatinExtRegular),
    fontFile("regular-greek", interGreekRegular),
    fontFile("regular-cyrillic", interCyrillicRegular),
    fontFile("regular-cyrillic-ext", interCyrillicExtRegular),
    fontFile("regular-vietnamese", interVietnameseRegular),
  ],
  strong: [
    fontFile("strong-latin", interLatinStrong),
    fontFile("strong-latin-ext", interLatinExtStrong),
    fontFile("strong-greek", interGreekStrong),
    fontFile("strong-cyrillic", interCyrillicStrong),
    fontFile("strong-cyrillic-ext", interCyrillicExtStrong),
    fontFile("strong-vietnamese", interVietnameseStrong),
  ],
  mono: [
    fontFile("mono-latin", monoLatin),
    fontFile("mono-latin-ext", monoLatinExt),
    fontFile("mono-greek", monoGreek),
    fontFile("mono-cyrillic", monoCyrillic),
    fontFile("mono-vietnamese", monoVietnamese),
  ],
};
