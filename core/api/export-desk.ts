import { exportCustody } from "../interchange/export-custody.ts";
import { exportEvents } from "../interchange/export-events.ts";
import { exportFormat } from "../interchange/formats.ts";
import { exportParquet } from "../interchange/parquet.ts";
import { type LongWork } from "../model/progress.ts";
import { joinQueries } from "../timeline/joined-query.ts";
import { type Handlers } from "./server.ts";
import { type Workbench } from "./workbench.ts";

/** Exports of the open case for other tools, signed by the examiner. */
export function exportHandlers(bench: Workbench): Pick<Handlers, "export.write"> {
  return {
    "export.write": async ({ grant, format, query, pins, ...asked }, { signal, progress }) => {
      const { caseFile, custody } = bench.current.session;
      const order = {
        question: { ...asked, query: joinQueries(query, pins) },
        out: bench.take(grant),
        program: { version: bench.host.version, build: bench.host.build },
        exportedAt: new Date().toISOString(),
        signer: await bench.examiner.signer(),
        journal: custody,
      };
      const write = (work: LongWork) => {
        if (format === "case") return exportCustody(caseFile, { ...order, work });
        if (format === "parquet") return exportParquet(caseFile, { ...order, work });
        return exportEvents(caseFile, { ...order, work, format: exportFormat(format, order.out, order.exportedAt) });
      };
      const { files, manifest, remark = "" } = await bench.during({ signal, onProgress: progress }, write);
      return { files: files.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })), manifest, remark };
    },
  };
}
