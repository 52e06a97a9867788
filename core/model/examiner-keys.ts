/** What became of a key of the examiner: it signs, another one took its place, or it was reported. */
export type ExaminerKeyState = "current" | "rotated" | "lost" | "compromised";

/** A key that this user signs or signed with, as anybody may see it. */
export interface ExaminerKeyRecord {
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string;
  /** Common name and organization of the certificate; no organization is "". */
  readonly name: string;
  readonly organization: string;
  readonly origin: "created" | "imported";
  /** When this user took it into use, and the validity of its certificate; RFC 3339, UTC. */
  readonly since: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** Whether `notAfter` has passed: the key then endorses, and signs no package. */
  readonly expired: boolean;
  /** How it signs, such as "ECDSA on P-256 with SHA-256"; empty for a key that this version does not sign with. */
  readonly algorithm: string;
  /** False when an authority issued the certificate. */
  readonly selfIssued: boolean;
  readonly state: ExaminerKeyState;
  /** Set for every state but `current`. */
  readonly retired: {
    /** When it was told here, and from when on its signatures are not the examiner's; RFC 3339, UTC. */
    readonly at: string;
    readonly from: string;
    readonly reason: string;
  } | null;
  /** Fingerprint of the key that endorsed this one when it took its place; null for a key that none endorsed. */
  readonly endorsedBy: string | null;
}

/** Every key of this user, the newest first, and how the current one is kept. */
export interface ExaminerKeys {
  readonly keys: readonly ExaminerKeyRecord[];
  readonly protection: "passphrase" | "file-mode" | "token" | "no-key";
  /** The key store of the computer as a second wrap around the key file. */
  readonly wrap: {
    /** What the platform offers: "keychain", "dpapi", "gnome_libsecret" …; "none" where nothing protects, with the reason. */
    readonly backend: string;
    readonly available: boolean;
    readonly reason: string;
    readonly inUse: boolean;
  };
}
