import { runCommand } from "../../commands.ts";
import { SCREEN_ICONS, SCREEN_VIEWS } from "../../screens.tsx";
import { SCREENS } from "../../state/screens.ts";
import { isReachable, type Screen, useSession } from "../../state/session.ts";

export function Rail() {
  return (
    <nav className="rail" aria-label="Screens">
      {SCREENS.filter(({ id }) => id !== "settings" && SCREEN_VIEWS[id]).map(({ id, title }) => (
        <RailItem key={id} screen={id} title={title} />
      ))}
      <span className="filler" />
      <RailItem screen="settings" title="Settings" />
    </nav>
  );
}

interface RailItemProps {
  readonly screen: Screen;
  readonly title: string;
}

function RailItem({ screen, title }: RailItemProps) {
  const Icon = SCREEN_ICONS[screen];
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
