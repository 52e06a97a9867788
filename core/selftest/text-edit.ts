import { fileOf, type BagBytes } from "./bag-bytes.ts";

/** Changes the text of a file. */
export function replaceFile(bag: BagBytes, path: string, edit: (text: string) => string): void {
  bag.set(path, Buffer.from(edit(fileOf(bag, path).toString("utf8"))));
}
