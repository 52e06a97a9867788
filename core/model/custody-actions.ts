/**
 * Every act that this build writes into a custody journal (docs/formats/custody-journal.md). A journal that another build
 * went on with may name others.
 */
export const CUSTODY_ACTIONS = [
  // The case and its sessions.
  "case.created",
  "case.opened",
  "case.closed",
  "case.details-set",
  "case.detection-set",
  "case.migrated",
  "session.opened",
  // Evidence.
  "exhibit.imported",
  "exhibit.import-repeated",
  "exhibit.import-resumed",
  "exhibit.import-discarded",
  "exhibit.import-cancelled",
  "exhibit.import-failed",
  "bundle.re-verified",
  "limits.raised",
  // Keys that others sign with, trusted or no longer.
  "key.pinned",
  "key.unpinned",
  // The examiner's key.
  "key.created",
  "key.imported",
  "key.rotated",
  "key.changed",
  "key.passphrase-changed",
  "key.lost",
  "key.compromised",
  "key.wrapped",
  "key.unwrapped",
  // What the analyst asks and does; what can be undone.
  "query.run",
  "triage.marked",
  "triage.tagged",
  "triage.untagged",
  "triage.commented",
  "triage.comment-removed",
  "triage.flagged",
  "triage.flag-removed",
  "activity.made",
  "activity.changed",
  "activity.dissolved",
  "view.saved",
  "view.removed",
  "clock.offset-set",
  "replay.frame-added",
  "replay.frame-removed",
  "identity.link-accepted",
  "identity.link-rejected",
  "identity.split",
  "identity.merged",
  "rules.kept",
  "rule.muted",
  "rule.unmuted",
  "act.undone",
  "act.redone",
  // Rules and the self-test.
  "rules.run",
  "self-test.run",
  // Findings, and the records that they cite.
  "finding.created",
  "finding.edited",
  "finding.withdrawn",
  "exhibit.added",
  "exhibit.removed",
  "wording.kept",
  // What is given to others.
  "report.assembled",
  "report.rendered",
  "report.signed",
  "package.exported",
  "package.redacted",
  "events.exported",
  "custody.exported",
  "replay.exported",
  "verification.saved",
  "export.written",
  // What a person did outside the program.
  "note.added",
  "review.done",
  "handover",
  // What the journal says of itself.
  "clock.jump",
  "app.recovered",
  "journal.gap",
  "journal.altered",
] as const;

/** The name of an act. */
export type CustodyAction = (typeof CUSTODY_ACTIONS)[number];
