import { type CustodyJournal } from "../casefile/custody-journal.ts";
import { recordAct } from "../casefile/custody-record.ts";
import { custodyRegister } from "../casefile/custody-register.ts";
import { searchEntries } from "../casefile/custody-search.ts";
import { verifyCustody, type CustodyVerification } from "../casefile/custody-verify.ts";
import { type CustodyEntry } from "../model/custody.ts";
import { type custodyOperations, type JournalVerification } from "./custody-contract.ts";
import { type Handlers } from "./server.ts";
import { type Workbench } from "./workbench.ts";

/** The diary of the open case, one line each. */
export function custodyHandlers(bench: Workbench): Pick<Handlers, keyof typeof custodyOperations> {
  const session = () => bench.current.session;
  const search = new JournalSearch();
  return {
    "custody.list": async ({ start, count, words }) => {
      const { custody } = session();
      if (words.trim() === "") return { entries: await custody.entries(start, count), total: custody.length };
      const found = await search.find(custody, words);
      return { entries: found.slice(start, start + count), total: found.length };
    },
    "custody.register": async () => {
      const { caseFile, custody } = session();
      const exhibits = caseFile.exhibits.map(({ id }) => id);
      return custodyRegister(await custody.entries(0, custody.length), exhibits);
    },
    "custody.record": (act) => recordAct(session().custody, act),
    "custody.found": () => Promise.resolve(shownOf(session().custody.found)),
    "custody.verify": async () => shownOf(await verifyCustody(await session().custody.bytes())),
  };
}

function shownOf({ verdict, entries, head, findings }: CustodyVerification): JournalVerification {
  return { verdict, entries, head, findings };
}

/** The last search, kept while the journal stays as it is: a list that is scrolled asks for page after page of it. */
class JournalSearch {
  #head = "";
  #words = "";
  #found: readonly CustodyEntry[] = [];

  async find(custody: CustodyJournal, words: string): Promise<readonly CustodyEntry[]> {
    const { head } = custody;
    if (head === this.#head && words === this.#words) return this.#found;
    this.#found = searchEntries(await custody.entries(0, custody.length), words);
    this.#head = head;
    this.#words = words;
    return this.#found;
  }
}
