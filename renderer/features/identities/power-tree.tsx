import { type IdentityCard, type PowerStep, type SignIn } from "../../../core/model/identity-card.ts";
import { count } from "../../ui/format.ts";
import { KIND_WORDS, linkVerb, shortName, whenText } from "./identity-words.ts";
import { select, showEvidence } from "./identities-state.ts";

/** Sign-ins of one account that are listed. */
const SIGN_INS_SHOWN = 5;
/** Keys of a session that are shown; a console session may have dozens. */
const CREDENTIALS_SHOWN = 3;

/** Where power came from, up to a sign-in, and what it was handed to. */
export function PowerTree({ card }: { readonly card: IdentityCard }) {
  return (
    <section className="panel" aria-labelledby="chain-title">
      <div className="panel-head">
        <h2 id="chain-title">Chain of authority</h2>
        <span className="aside">who gave whom the right to act</span>
        <span className="end text-3 size-12">solid: by rule, dashed: open</span>
      </div>
      <SignIns card={card} />
      {card.cameFrom.length > 0 && (
        <>
          <h3 className="label tree-label">Came from</h3>
          <ul className="power-tree">
            {card.cameFrom.map((step) => (
              <Step key={step.id} step={step} />
            ))}
          </ul>
        </>
      )}
      <h3 className="label tree-label">Handed on</h3>
      <ul className="power-tree">
        <Step step={card.handedOn} />
      </ul>
    </section>
  );
}

function Step({ step }: { readonly step: PowerStep }) {
  const { link, steps, credentials } = step;
  return (
    <li className={link?.state === "open" ? "open" : undefined}>
      <div className="power-step">
        <span className="text-3">{link ? linkVerb(link) : ""}</span>
        <span className="text-2">{KIND_WORDS[step.kind]}</span>
        <button type="button" className="link ellipsis" onClick={() => select(step.id)}>
          {shortName(step.label)}
        </button>
        {credentials.slice(0, CREDENTIALS_SHOWN).map((credential) => (
          <span key={credential} className="digest">
            {shortName(credential)}
          </span>
        ))}
        {credentials.length > CREDENTIALS_SHOWN && (
          <span className="text-3">and {credentials.length - CREDENTIALS_SHOWN} more</span>
        )}
        {link && (
          <button type="button" className="link size-11" onClick={() => showEvidence(link)}>
            rule {link.rule}
          </button>
        )}
        <span className="end text-3">{count(step.events)}</span>
      </div>
      {steps.length > 0 && (
        <ul>
          {steps.map((child) => (
            <Step key={`${child.id}-${child.link?.id ?? ""}`} step={child} />
          ))}
        </ul>
      )}
      {step.cut && <div className="text-3 size-12">more lies behind; open this identity to see it</div>}
    </li>
  );
}

/** Its own sign-ins, or else those of whom it came from: where the chain begins. */
function SignIns({ card }: { readonly card: IdentityCard }) {
  if (card.signIns.length > 0) return <SignInList label="Sign-ins" signIns={card.signIns} />;
  if (card.giverSignIns.length === 0) {
    return (
      <p className="tree-note text-2">
        No sign-in of it, nor of whom it came from, is in the evidence: no record says how it began.
      </p>
    );
  }
  return card.giverSignIns.map(({ id, label, signIns }) => (
    <div key={id}>
      <p className="tree-note text-2">
        No sign-in of its own. Of{" "}
        <button type="button" className="link" onClick={() => select(id)}>
          {shortName(label)}
        </button>
        , whom it came from:
      </p>
      <SignInList label={`Sign-ins of ${shortName(label)}`} signIns={signIns} />
    </div>
  ));
}

function SignInList({ label, signIns }: { readonly label: string; readonly signIns: readonly SignIn[] }) {
  return (
    <ul className="sign-ins" aria-label={label}>
      {signIns.slice(0, SIGN_INS_SHOWN).map(({ seq, time, action, address, outcome, before }) => (
        <li key={seq}>
          <b>{action}</b> <span>{whenText(time)}</span>
          {address !== null && <span className="mono">{address}</span>}
          <span>{outcome ?? "outcome not recorded"}</span>
          <span className="text-3">
            record {count(seq)}
            {before ? "" : "; the acts shown here begin before it"}
          </span>
        </li>
      ))}
      {signIns.length > SIGN_INS_SHOWN && <li className="text-3">and {count(signIns.length - SIGN_INS_SHOWN)} more</li>}
    </ul>
  );
}
