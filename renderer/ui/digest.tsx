import { Tooltip } from "@mantine/core";

import { grouped } from "./format.ts";

interface DigestChipProps {
  readonly digest: string;
  /** The found value beside an expected one. */
  readonly differs?: boolean;
}

/** First 8 characters; all of them on hover and focus, copied by a click. */
export function DigestChip({ digest, differs = false }: DigestChipProps) {
  return (
    <Tooltip
      label={<span className="mono">{grouped(digest)}</span>}
      events={{ hover: true, focus: true, touch: false }}
    >
      <button
        type="button"
        className={`digest${differs ? " differs" : ""}`}
        aria-label={`digest ${digest}, copy`}
        onClick={() => void navigator.clipboard.writeText(digest)}
      >
        {digest.slice(0, 8)}
      </button>
    </Tooltip>
  );
}

/** All digits in groups of 8, two lines of four groups. */
export function DigestFull({ digest, differs = false }: DigestChipProps) {
  const half = Math.max(32, Math.ceil(digest.length / 2));
  return (
    <span className={`digest-full${differs ? " tone-altered" : ""}`}>
      {grouped(digest.slice(0, half))}
      {digest.length > half && (
        <>
          <br />
          {grouped(digest.slice(half))}
        </>
      )}
    </span>
  );
}

const HEX = /^[0-9a-f]{64}$/;

/** Expected and found, one under the other; digests in full. */
export function Compare({
  expected,
  found,
}: {
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
}) {
  const value = (text: string, differs: boolean) =>
    HEX.test(text) ? (
      <DigestFull digest={text} differs={differs} />
    ) : (
      <span className={differs ? "tone-altered" : undefined}>{text}</span>
    );
  return (
    <dl className="compare">
      {expected !== undefined && (
        <>
          <dt>Expected</dt>
          <dd>{value(expected, false)}</dd>
        </>
      )}
      {found !== undefined && (
        <>
          <dt>Found</dt>
          <dd>{value(found, true)}</dd>
        </>
      )}
    </dl>
  );
}
