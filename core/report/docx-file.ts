import { type Document, Packer } from "docx";

import { assert } from "../model/assert.ts";
import { escapeXml } from "../replay/drawing-svg.ts";
import { type PdfProperties } from "./pdf-file.ts";
import { escapeInvisible } from "./printable.ts";

/** APPNOTE.TXT 4.3.16 and 4.3.12: the end of the central directory, and one entry of it. */
const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
/** 1 January 1980, 00:00: the first time that the format can say, the date in the upper half. */
const DOS_TIME = 0x0021_0000;

/** The bytes of a Word document that says these properties of itself, and no other time than theirs. */
export async function packDocument(document: Document, properties: PdfProperties): Promise<Uint8Array> {
  const data = coreProperties(properties);
  const bytes = new Uint8Array(await Packer.toArrayBuffer(document, undefined, [{ path: "docProps/core.xml", data }]));
  setZipTimes(bytes);
  return bytes;
}

/** Dublin Core properties of the package, ECMA-376 Part 2 §11. */
function coreProperties({ title, author, keywords, date, producer }: PdfProperties): string {
  const element = (name: string, text: string): string => `<${name}>${escapeXml(escapeInvisible(text))}</${name}>`;
  const time = (name: string): string => `<${name} xsi:type="dcterms:W3CDTF">${date.toISOString()}</${name}>`;
  return [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"',
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"',
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    element("dc:title", title),
    element("dc:creator", author),
    element("dc:description", `Unsigned working copy, made by ${producer}`),
    element("cp:keywords", keywords),
    element("dc:language", "en"),
    time("dcterms:created"),
    time("dcterms:modified"),
    "</cp:coreProperties>",
  ].join("");
}

/** Gives every entry of a zip the same time, in the central directory and before its bytes; the writer puts the clock's there. */
function setZipTimes(zip: Uint8Array): void {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = zip.length - END_BYTES;
  assert(view.getUint32(end, true) === END_SIGNATURE, "a zip without a comment ends with its central directory");
  let entry = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    assert(view.getUint32(entry, true) === ENTRY_SIGNATURE, "an entry of the central directory");
    view.setUint32(entry + 12, DOS_TIME, true);
    view.setUint32(view.getUint32(entry + 42, true) + 10, DOS_TIME, true);
    const [name, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(entry + offset, true));
    entry += ENTRY_BYTES + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
}
