import { type ReactNode } from "react";

import { type CustodyRegister } from "../../../core/model/custody-register.ts";
import { useDiaryRevision } from "../../state/custody.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { Failed } from "../../ui/states.tsx";

/** What the diary says by what it is about, once it is read. */
export function RegisterAnswer({ children }: { readonly children: (register: CustodyRegister) => ReactNode }) {
  const revision = useDiaryRevision();
  const answer = useAsk("custody.register", undefined, revision);
  const register = shown(answer);
  if (answer.state === "failed") {
    return <Failed doing="reading the diary" failure={answer.failure} safe="The diary on the disk is unchanged." />;
  }
  return register ? children(register) : <p className="panel-body size-12 text-2">Reading the diary.</p>;
}
