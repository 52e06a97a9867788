import { type IXmlableObject } from "docx";

/**
 * XML of the library with other names: it names some parts at random, or counts them through all documents that it writes, and
 * the same report has to be the same bytes. `pattern` matches the JSON of the tree; quotes of a text are escaped there.
 */
export function renamed(
  xml: IXmlableObject | undefined,
  pattern: RegExp,
  rename: (start: string, count: number) => string,
): IXmlableObject {
  let count = 0;
  const json = JSON.stringify(xml).replace(pattern, (_match, start: string) => rename(start, ++count));
  // The tree that was written, read again.
  return JSON.parse(json) as IXmlableObject;
}
