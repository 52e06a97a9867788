import "./settings.css";

import { Button, SegmentedControl } from "@mantine/core";

import { setTheme } from "../../state/acts.ts";
import { type Theme, useSession } from "../../state/session.ts";
import { KeyRegister } from "../keys/key-register.tsx";
import { SelfTestPanel } from "../self-test/self-test-panel.tsx";
import { PinnedList } from "../trust/pinned-list.tsx";
import { AnchorList } from "./anchor-list.tsx";
import { ExaminerKey } from "./examiner-key.tsx";
import { useClock } from "../../state/clock.ts";
import { KeyBindings } from "./key-bindings.tsx";

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
          <KeyRegister />
          <SelfTestPanel />
        </div>
        <div className="column" style={{ gap: 16 }}>
          <PinnedList />
          <AnchorList />
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
