import "./settings.css";

import { Button, SegmentedControl } from "@mantine/core";
import { useState } from "react";

import { type PinnedKey } from "../../../core/api/contract.ts";
import { ask } from "../../case-client.ts";
import { attempt, setTheme, tookHome } from "../../state/acts.ts";
import { type Theme, useSession } from "../../state/session.ts";
import { moment } from "../../ui/format.ts";
import { ExaminerKey } from "./examiner-key.tsx";
import { useClock } from "../../state/clock.ts";
import { KeyBindings } from "./key-bindings.tsx";
import { PinKeyForm } from "./pin-key-form.tsx";

const THEMES: readonly { value: Theme; label: string }[] = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

export function SettingsScreen() {
  return (
    <div className="settings">
      <h1>Settings</h1>
      <div className="settings-columns">
        <div className="column" style={{ gap: 16 }}>
          <Appearance />
          <section className="panel">
            <div className="panel-head">
              <h2>Examiner key</h2>
            </div>
            <div className="panel-body">
              <ExaminerKey />
            </div>
          </section>
        </div>
        <div className="column" style={{ gap: 16 }}>
          <PinnedKeys />
          <KeyBindings />
        </div>
      </div>
    </div>
  );
}

function Appearance() {
  const theme = useSession((session) => session.theme);
  const zone = useClock((clock) => clock.zone);
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Window</h2>
      </div>
      <div className="panel-body column" style={{ gap: 12 }}>
        <div>
          <div className="label" style={{ marginBottom: 3 }}>
            Theme
          </div>
          <SegmentedControl
            aria-label="Theme"
            value={theme}
            data={[...THEMES]}
            onChange={(value) => {
              const chosen = THEMES.find((item) => item.value === value);
              if (chosen) void setTheme(chosen.value);
            }}
          />
        </div>
        <div>
          <div className="label">Clock</div>
          <p className="size-12">
            <b>{zone}</b> for rows, strip, lanes and pins; reports and exports say UTC. The time as recorded is kept and
            shown among the fields.{" "}
            <Button variant="subtle" onClick={() => useClock.setState({ open: true })}>
              Zone and clock offsets…
            </Button>
          </p>
        </div>
      </div>
    </section>
  );
}

function PinnedKeys() {
  const keys = useSession((session) => session.home?.pinnedKeys);
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Pinned log keys</h2>
        <span className="aside">{keys ? `${keys.length} pinned` : ""}</span>
      </div>
      {keys?.map((key) => (
        <PinnedKeyItem key={key.vkey} item={key} />
      ))}
      {keys?.length === 0 && (
        <p className="panel-body size-12 text-2">
          No key is pinned. Signatures by unknown keys are consistent at best: evidence stays “Not verifiable”.
        </p>
      )}
      <div className="panel-body settings-pin">
        <PinKeyForm />
      </div>
    </section>
  );
}

function PinnedKeyItem({ item }: { readonly item: PinnedKey }) {
  const [asking, setAsking] = useState(false);
  const remove = () =>
    attempt("removing the key", async () =>
      tookHome(await ask("trust.remove", { vkey: item.vkey, reason: "removed in Settings" })),
    );
  return (
    <div className="pinned-key">
      <div className="row">
        <b className="medium grow ellipsis">{item.name}</b>
        {asking ? (
          <>
            <span className="size-12 text-2">Evidence signed by it becomes “Not verifiable” when verified again.</span>
            <Button onClick={() => void remove()}>Remove</Button>
            <Button variant="subtle" onClick={() => setAsking(false)}>
              Keep
            </Button>
          </>
        ) : (
          <Button variant="subtle" onClick={() => setAsking(true)}>
            Remove…
          </Button>
        )}
      </div>
      <div className="mono text-2">{item.vkey}</div>
      <div className="size-12 text-3">
        {item.reason}, {moment(item.pinnedAt)} UTC
      </div>
    </div>
  );
}
