/** The one content of `bagit.txt` (RFC 8493 §2.1.1). */
export const BAGIT_TEXT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
