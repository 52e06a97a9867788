import {
  IconBriefcase,
  IconClipboardList,
  IconHistory,
  IconHome,
  IconReport,
  IconSettings,
  IconShieldCheck,
  IconTimeline,
} from "@tabler/icons-react";

import { runCommand } from "../../commands.ts";
import { isReachable, type Screen, useSession } from "../../state/session.ts";

const ROOMS = [
  ["start", "Start", IconHome],
  ["verify", "Verify", IconShieldCheck],
  ["timeline", "Timeline", IconTimeline],
  ["findings", "Findings", IconClipboardList],
  ["report", "Report", IconReport],
  ["custody", "Custody", IconHistory],
  ["case", "Case", IconBriefcase],
] as const satisfies readonly (readonly [Screen, string, typeof IconHome])[];

export function Rail() {
  return (
    <nav className="rail" aria-label="Screens">
      {ROOMS.map(([screen, title, Icon]) => (
        <RailItem key={screen} screen={screen} title={title} Icon={Icon} />
      ))}
      <span className="filler" />
      <RailItem screen="settings" title="Settings" Icon={IconSettings} />
    </nav>
  );
}

interface RailItemProps {
  readonly screen: Screen;
  readonly title: string;
  readonly Icon: typeof IconHome;
}

function RailItem({ screen, title, Icon }: RailItemProps) {
  const current = useSession((session) => session.screen === screen);
  const reachable = useSession((session) => isReachable(screen, session));
  return (
    <button
      type="button"
      aria-current={current ? "page" : undefined}
      aria-disabled={reachable ? undefined : true}
      title={reachable ? undefined : "no case is open"}
      onClick={() => runCommand(`screen.${screen}`)}
    >
      <Icon size={20} stroke={1.75} aria-hidden />
      {title}
    </button>
  );
}
