import "./case.css";

import { useSession } from "../../state/session.ts";
import { CaseForm } from "./case-form.tsx";

export function CaseScreen() {
  const caseState = useSession((session) => session.caseState);
  if (!caseState) return null;
  return (
    <div className="case">
      <div className="row" style={{ alignItems: "baseline", gap: 14 }}>
        <h1>Case</h1>
        <span className="text-2">
          Who asked what, and who examined. Texts go into the report word for word; what is empty is listed there as
          missing.
        </span>
      </div>
      <CaseForm saved={caseState.details} exhibits={caseState.exhibits} />
    </div>
  );
}
