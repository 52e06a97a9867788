// Preloaded into a measured process (node --import): at its end it leaves its largest resident memory, bytes, in the file
// that ASSAY_BENCH_PEAK names. As the system counted it; where it does not, as Node saw it last.
import fs from "node:fs";

process.on("exit", () => {
  const counted =
    process.platform === "linux" && /^VmHWM:\s+(\d+) kB$/m.exec(fs.readFileSync("/proc/self/status", "utf8"));
  const kibibytes = counted ? Number(counted[1]) : process.resourceUsage().maxRSS;
  fs.writeFileSync(process.env.ASSAY_BENCH_PEAK, String(kibibytes * 1024));
});
