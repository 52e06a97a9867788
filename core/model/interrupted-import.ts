/** An import that ended with its process: what was being imported, and how far it came. Nothing of it is visible. */
export interface InterruptedImport {
  /** The exhibit that it was to become: "X-1". */
  readonly exhibit: string;
  readonly label: string;
  /** Of the original, in bytes. */
  readonly byteLength: number;
  readonly receivedAt: string;
  /** Name of the source by which its records were read. */
  readonly source: string;
  /** What is loaded, and need not be loaded again. */
  readonly records: number;
  readonly files: number;
  /** Of the loaded files, unpacked. */
  readonly loadedBytes: number;
  /** Whether something lies where the evidence was read from. */
  readonly present: boolean;
}
