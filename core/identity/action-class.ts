import { type ActionClass } from "../model/identity-card.ts";

/** What an act is about, by its name. The first that fits; a name says what was asked for, not what it did. */
const CLASSES: readonly (readonly [name: string, pattern: RegExp])[] = [
  [
    "Sign in",
    /(^|[._-])(sign-?(in|out)|log-?(in|out|on)|logout)|ConsoleLogin|SwitchRole|user\.session\.(start|end)|UserLogged|authentication|CheckMfa|^Sign-in/i,
  ],
  [
    "Logging, audit",
    /(Stop|Start|Update|Delete|Create|Put)(Logging|Trail|EventSelectors|InsightSelectors|FlowLogs|Detector|ConfigRule|ConfigurationRecorder|LogGroup|LogStream|Sink)|(^|[._])audit[._]|logging\.|diagnosticsettings/i,
  ],
  [
    "Credentials",
    /AssumeRole|GetSessionToken|GetFederationToken|AccessKey|LoginProfile|GetSecretValue|GetSigninToken|api_token|password|(^|[._])(keys?|tokens?|secrets?)([._]|$)|GenerateAccessToken|ServiceAccountKey|credential|mfa|certificat/i,
  ],
  [
    "Rights",
    /Policy|Permission|(^|[._])(roles?|groups?)[._](grant|assign|add)|AddUserToGroup|roleassignment|privilege|add_member|update_member|rolebinding|membership/i,
  ],
  [
    "Deletion",
    /^(Delete|Remove|Terminate|Destroy|Drop|Purge|Revoke|Disable|Deregister|Detach)|[._/](delete|remove|destroy|terminate|purge|revoke|deactivate)|^delete$/i,
  ],
  [
    "Data read",
    /GetObject|Download|[._](export|download)|MailItemsAccessed|FileAccessed|SelectObject|GetItem|^SELECT$|BatchGet|Copy(Snapshot|Image)|ModifySnapshotAttribute|SharedSnapshot/i,
  ],
  [
    "Discovery",
    /^(List|Describe|Get|Head|Lookup|Search|Query|Scan|Batch)|[._/](list|read|get|search|query|view)$|^(list|get|watch|head)$/i,
  ],
  ["Change", /./],
];

/** Counts of acts by class, in the order of the classes; those that never came are left out. */
export function classifyActions(
  counts: readonly { readonly action: string; readonly done: number; readonly refused: number }[],
): readonly ActionClass[] {
  const byClass = new Map<string, (typeof counts)[number][]>(CLASSES.map(([name]) => [name, []]));
  for (const count of counts) {
    const [name] = CLASSES.find(([, pattern]) => pattern.test(count.action)) ?? ["Change"];
    byClass.get(name)?.push(count);
  }
  return [...byClass]
    .filter(([, actions]) => actions.length > 0)
    .map(([name, actions]) => ({
      name,
      done: actions.reduce((sum, { done }) => sum + done, 0),
      refused: actions.reduce((sum, { refused }) => sum + refused, 0),
      actions: actions.toSorted((a, b) => b.done + b.refused - a.done - a.refused),
    }));
}

/** Whether an act of this name is a sign-in, successful or not. */
export function isSignIn(action: string): boolean {
  return SIGN_IN.test(action);
}

/** Of a person or a program, under the names that the shipped sources have for it; leaving is none. */
const SIGN_IN =
  /(^|[._-])(sign-?in|log-?(in|on))([._]|$)|^login|ConsoleLogin|SwitchRole|user\.session\.start|UserLogged|^authentication|^Sign-in/i;
