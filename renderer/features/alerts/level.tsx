const LEVELS = ["informational", "low", "medium", "high", "critical"];
const WORDS: Readonly<Record<string, string>> = {
  informational: "Information",
  low: "Low",
  medium: "Medium",
  high: "High",
  critical: "Critical",
};

/** How grave a rule calls itself: a word, and as many steps. Colours are left to verdicts. */
export function Level({ level }: { readonly level: string }) {
  const steps = LEVELS.indexOf(level) + 1;
  return (
    <span className="level">
      <span className="level-steps" aria-hidden>
        {LEVELS.map((name, index) => (
          <i key={name} className={index < steps ? "on" : ""} style={{ height: 4 + 2 * index }} />
        ))}
      </span>
      {WORDS[level] ?? level}
    </span>
  );
}

/** From grave to slight. */
export function levelRank(level: string): number {
  return -LEVELS.indexOf(level);
}

/** The word for a level. */
export function levelWord(level: string): string {
  return WORDS[level] ?? level;
}
