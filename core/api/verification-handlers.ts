import { keepSelfTest, readSelfTest } from "../selftest/kept-result.ts";
import { runSelfTest } from "../selftest/run.ts";
import { readCoverage } from "../timeline/coverage.ts";
import { type Handlers } from "./server.ts";
import { type verificationOperations } from "./verification-contract.ts";
import { type VerificationDesk } from "./verification-desk.ts";
import { type Workbench } from "./workbench.ts";

/** Proofs beyond those of one piece of evidence, one line each. */
export function verificationHandlers(
  bench: Workbench,
  verifications: VerificationDesk,
): Pick<Handlers, keyof typeof verificationOperations> {
  const { host, home } = bench;
  return {
    "evidence.compare": ({ grants }, { signal, progress }) =>
      verifications.compare(
        grants.map((grant) => bench.take(grant)),
        { signal, onProgress: progress },
      ),
    "attachment.verify": ({ attachment, over, keys, trustedRoot, identity }, { signal }) => {
      const take = (grant: string) => bench.take(grant);
      const request = {
        attachment: take(attachment),
        over: over === null ? undefined : take(over),
        keys: keys.map(take),
        trustedRoot: trustedRoot === null ? undefined : take(trustedRoot),
        identity: identity ?? undefined,
      };
      return verifications.verifyAttachment(request, { signal });
    },
    "evidence.coverage": ({ exhibit, buckets }) => readCoverage(bench.current.session.caseFile, exhibit, buckets),
    "selfTest.read": () => readSelfTest(home.selfTest, host.build),
    "selfTest.run": async (_, { signal, progress }) => {
      const result = await runSelfTest(host.version, { signal, onProgress: progress });
      await keepSelfTest(home.selfTest, host.build, new Date().toISOString(), result);
      const { seconds, classes } = result;
      const wrong = classes.reduce((sum, { missed, falseAlarms }) => sum + missed + falseAlarms, 0);
      await bench.openOrNull?.session.custody.append({
        action: "self-test.run",
        object: { id: "self-test", label: `version ${host.version}` },
        result: {
          cases: classes.reduce((sum, item) => sum + item.of + item.ofGood, 0),
          wrong,
          seconds: Math.round(seconds),
        },
      });
      return result;
    },
  };
}
