import { type BagBytes } from "./bag-bytes.ts";
import { type SeededRandom } from "./seeded-random.ts";
import { pick } from "./tamper-class.ts";
import { zipBytes, type ZipEntry, type ZipFrame } from "./zip-bytes.ts";

/** One way to make an archive that tools would read differently, or that harms who unpacks it. */
export interface ContainerClass {
  /** Row of the tamper table. */
  readonly id: string;
  readonly what: string;
  /** With one of which it must be refused. */
  readonly codes: readonly string[];
  readonly make: (bag: BagBytes, random: SeededRandom) => Buffer;
}

/** The files of a bag as entries of an archive, in one folder. */
export function entriesOf(bag: BagBytes, deflated: boolean): readonly ZipEntry[] {
  return [...bag].map(([path, content]) => ({ name: `bundle/${path}`, content, deflated }));
}

/** Changes one entry that the source chooses. */
function changed(
  edit: (entry: ZipEntry, random: SeededRandom) => Partial<ZipEntry>,
  deflated = false,
): ContainerClass["make"] {
  return (bag, random) => {
    const entries = entriesOf(bag, deflated);
    const chosen = pick(random, entries);
    return zipBytes(entries.map((entry) => (entry === chosen ? { ...entry, ...edit(entry, random) } : entry)));
  };
}

function added(entryOf: (random: SeededRandom, others: readonly ZipEntry[]) => ZipEntry): ContainerClass["make"] {
  return (bag, random) => {
    const entries = entriesOf(bag, random.integer(0, 2) === 1);
    return zipBytes([...entries, entryOf(random, entries)]);
  };
}

function framed(frameOf: (random: SeededRandom, entries: number) => ZipFrame): ContainerClass["make"] {
  return (bag, random) => zipBytes(entriesOf(bag, true), frameOf(random, bag.size));
}

const UNSAFE_NAMES = ["../x", "/etc/x", "C:/x", "a\\b", "bundle/../x", "bundle/x.", "bundle/x ", "~/x", "bundle/NUL"];

/** Rows T51 to T55: archives that are refused before anything is loaded. */
export const CONTAINER_CLASSES: readonly ContainerClass[] = [
  {
    id: "T51",
    what: "a name that leads outside or is none everywhere",
    codes: ["unsafe-name"],
    make: added((random) => ({ name: pick(random, UNSAFE_NAMES), content: random.bytes(10) })),
  },
  {
    id: "T52",
    what: "another length than declared",
    codes: ["zip-size-mismatch"],
    make: changed(({ content }, random) => ({ statedLength: content.length + random.integer(1, 50) }), true),
  },
  {
    id: "T52-ratio",
    what: "a file that expands out of all proportion",
    codes: ["expansion-ratio"],
    make: added((random) => {
      const content = Buffer.alloc(random.integer(2, 6) * 2 ** 20, random.bytes(1));
      return { name: "bundle/data/zeros", content, deflated: true };
    }),
  },
  {
    id: "T53",
    what: "a name twice, in letters of another case",
    codes: ["duplicate-name"],
    make: added((random, entries) => {
      const { name } = pick(random, entries);
      return { name: pick(random, [name, name.toUpperCase().replace("BUNDLE", "bundle")]), content: random.bytes(10) };
    }),
  },
  {
    id: "T53-local",
    what: "a local header that says something else",
    codes: ["zip-ambiguous"],
    make: changed(({ name }, random) =>
      random.integer(0, 2) === 0 ? { localName: name.replace("bundle", "bandle") } : { localMethod: 8 },
    ),
  },
  {
    id: "T53-hidden",
    what: "bytes behind compressed data",
    codes: ["zip-hidden-data"],
    make: changed((_entry, random) => ({ behind: random.bytes(random.integer(1, 20)) }), true),
  },
  {
    id: "T53-around",
    what: "bytes around the entries, or fewer entries counted",
    codes: ["zip-ambiguous", "zip-data-damaged"],
    make: framed((random, entries) =>
      pick<ZipFrame>(random, [
        { behind: random.bytes(random.integer(1, 30)) },
        { betweenEntriesAndDirectory: random.bytes(random.integer(1, 30)) },
        { statedEntries: entries - 1 },
      ]),
    ),
  },
  {
    id: "T54",
    what: "a link or a device",
    codes: ["link", "special-file"],
    make: changed((_entry, random) => ({ mode: pick(random, [0o120777, 0o060644, 0o020644, 0o010644]) })),
  },
  {
    id: "T55",
    what: "an encrypted entry, an unknown method, another disk",
    codes: ["zip-unsupported", "zip-data-damaged"],
    make: changed((_entry, random) => pick<Partial<ZipEntry>>(random, [{ flags: 0x801 }, { method: 14 }, { disk: 1 }])),
  },
];
