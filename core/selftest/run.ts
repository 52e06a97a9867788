import { memoryContainer } from "../bundle/memory-container.ts";
import { platformEd25519Verify, platformHash } from "../bundle/platform-crypto.ts";
import { present } from "../model/assert.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type SelfTestClass, type SelfTestResult } from "../model/self-test.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { parseTimeAuthorities } from "../signing/time-authority.ts";
import { formatPolicy, parsePolicy } from "../signing/tlog-policy.ts";
import { formatVerifierKey } from "../signing/verifier-key.ts";
import { type SealedLogMeans } from "../verification/means.ts";
import { verifyBundle } from "../verification/verify-bundle.ts";
import { segmentsOf, type BagBytes } from "./bag-bytes.ts";
import {
  corpusKey,
  corpusStamps,
  LOG_KEY,
  sealCorpusBundle,
  sealStampedBundle,
  SELFTEST_ORIGIN,
  STAMPED_SHAPES,
  WITNESS_KEYS,
  type BundleShape,
} from "./corpus.ts";
import { cloudTrailClasses } from "./cloudtrail-classes.ts";
import { containerClasses } from "./container-run.ts";
import { isClean, isMissed } from "./miss.ts";
import { proofClasses } from "./proof-classes.ts";
import { recordedClasses } from "./recorded-classes.ts";
import { SEALED_LOG_CLASSES } from "./sealed-log-classes.ts";
import { SeededRandom } from "./seeded-random.ts";
import { type TamperClass } from "./tamper-class.ts";

/** Cases per class, and of single flipped bits, where the place matters most. */
const CASES = 40;
const FLIP_CASES = 400;
/** Unchanged bundles without a time stamp, of many shapes. */
const GOOD_SHAPES = 24;

/**
 * Verifies a seeded corpus of good and changed evidence with this version of the verifier, and counts its errors. The same
 * seed makes the same corpus. Throws `cancelled`.
 */
export async function runSelfTest(version: string, work: LongWork = {}, seed = "assay"): Promise<SelfTestResult> {
  const started = performance.now();
  const classes = [...(await sealedLogClasses(seed, work)), ...(await cloudTrailClasses(seed, work))];
  return { version, classes, seconds: Math.round(performance.now() - started) / 1_000 };
}

interface GoodBundle {
  /** Verified without a finding. */
  readonly bag: BagBytes;
  /** The same without its time stamp, which takes as long to check as all the rest. */
  readonly unstamped: BagBytes;
  readonly shape: BundleShape;
  readonly isFalseAlarm: boolean;
}

async function sealedLogClasses(seed: string, work: LongWork): Promise<readonly SelfTestClass[]> {
  const means = examinerMeans();
  const good: GoodBundle[] = [];
  for (const shape of STAMPED_SHAPES) {
    const bag = await sealStampedBundle(shape);
    const { bag: unstamped } = await sealCorpusBundle(shape);
    const isFalseAlarm =
      !isClean(await verify(bag, means), []) || !isClean(await verify(unstamped, means), ["not-stamped"]);
    good.push({ bag, unstamped, shape, isFalseAlarm });
  }
  const foreign = await otherLog("other.example/log", "another log");
  const impostor = await otherLog(SELFTEST_ORIGIN, "an impostor");
  const classes = [await goodClass(seed, means, work)];
  for (const tamper of SEALED_LOG_CLASSES) {
    const bases = good.filter(({ bag, shape }) => isPossible(tamper, bag, shape));
    const cases = tamper.id === "flip" ? FLIP_CASES : CASES;
    let missed = 0;
    for (let number = 0; number < cases; number += 1) {
      throwIfCancelled(work.signal);
      const base = present(bases[number % bases.length], "every change is possible on a bundle of the corpus");
      const sibling = present(
        good.find((other) => other.shape.seed !== base.shape.seed),
        "the corpus has several bundles",
      );
      const random = new SeededRandom(`${seed} ${tamper.id} ${number}`);
      const bag = new Map(needsStamp(tamper) ? base.bag : base.unstamped);
      tamper.apply({ bag, random, foreign, impostor, sibling: sibling.bag });
      if (isMissed(await verify(bag, tamper.means?.(means) ?? means), tamper)) missed += 1;
    }
    const falseAlarms = bases.filter(({ isFalseAlarm }) => isFalseAlarm).length;
    const { id, what } = tamper;
    classes.push({ id, what, format: "sealed-log", missed, of: cases, falseAlarms, ofGood: bases.length });
    work.onProgress?.({
      phase: "verifying",
      bytesDone: classes.length,
      bytesTotal: SEALED_LOG_CLASSES.length + 1,
      records: 0,
    });
  }
  const bags = good.map(({ bag }) => bag);
  return [
    ...classes,
    ...(await recordedClasses(seed, means, work)),
    ...(await proofClasses(seed, bags, means, work)),
    ...(await containerClasses(seed, bags, means, work)),
  ];
}

/** Where no finding names the change, only a bundle without any other shows a miss. */
function needsStamp({ codes, isOfStamps = false }: TamperClass): boolean {
  return codes === null || isOfStamps;
}

/** Unchanged bundles of many shapes: they lack a time stamp, and nothing else. */
async function goodClass(seed: string, means: SealedLogMeans, work: LongWork): Promise<SelfTestClass> {
  const random = new SeededRandom(`${seed} good`);
  let falseAlarms = 0;
  for (let number = 0; number < GOOD_SHAPES; number += 1) {
    throwIfCancelled(work.signal);
    const counts = Array.from({ length: random.integer(1, 6) }, () => random.integer(1, 40));
    const encoding = number % 2 === 0 ? "plain" : "gzip";
    const { bag } = await sealCorpusBundle({ seed: `${seed} good ${number}`, counts, encoding });
    if (!isClean(await verify(bag, means), ["not-stamped"])) falseAlarms += 1;
  }
  const what = "nothing: sealed logs of many shapes, without a time stamp";
  return { id: "good", what, format: "sealed-log", missed: 0, of: 0, falseAlarms, ofGood: GOOD_SHAPES };
}

/** Trust in the corpus's log, both its witnesses and its time authority. */
export function examinerMeans(): SealedLogMeans {
  const witnesses = WITNESS_KEYS.map(({ verifier }) => formatVerifierKey(verifier));
  const policy = formatPolicy([formatVerifierKey(LOG_KEY.verifier)], witnesses, witnesses.length);
  return {
    pinnedKeys: [LOG_KEY.verifier],
    hash: platformHash,
    ed25519: platformEd25519Verify,
    crypto,
    policies: [parsePolicy(platformHash, Buffer.from(policy))],
    timeAuthorities: parseTimeAuthorities(platformHash, corpusStamps().root),
    knownStates: null,
    // Within the validity of the authority's certificates, whatever the clock of this computer says.
    nowMs: Date.UTC(2027, 0, 1),
  };
}

async function otherLog(origin: string, holder: string): Promise<BagBytes> {
  const key = corpusKey(origin, holder);
  const shape: BundleShape = { seed: holder, counts: [4, 5, 3], encoding: "plain" };
  return (await sealCorpusBundle(shape, { origin, key })).bag;
}

function isPossible(
  { packing, minSegments = 1, minRecords = 1 }: TamperClass,
  bag: BagBytes,
  shape: BundleShape,
): boolean {
  if (packing !== undefined && packing !== shape.encoding) return false;
  return segmentsOf(bag).length >= minSegments && Math.max(...shape.counts) >= minRecords;
}

async function verify(bag: BagBytes, means: SealedLogMeans): Promise<VerifyResult | undefined> {
  return (await verifyBundle(memoryContainer("bundle", bag), means))?.result;
}
