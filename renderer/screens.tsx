import {
  IconBell,
  IconBriefcase,
  IconClipboardList,
  IconHistory,
  IconHome,
  IconPackage,
  IconPlayerPlay,
  IconReport,
  IconSettings,
  IconShieldCheck,
  IconTimeline,
  IconUsers,
} from "@tabler/icons-react";
import { type ComponentType } from "react";

import { AlertsScreen } from "./features/alerts/alerts-screen.tsx";
import { CaseScreen } from "./features/case/case-screen.tsx";
import { CustodyScreen } from "./features/custody/custody-screen.tsx";
import { FindingsScreen } from "./features/findings/findings-screen.tsx";
import { IdentitiesScreen } from "./features/identities/identities-screen.tsx";
import { PackageScreen } from "./features/package/package-screen.tsx";
import { ReplayScreen } from "./features/replay/replay-screen.tsx";
import { ReportScreen } from "./features/report/report-screen.tsx";
import { SettingsScreen } from "./features/settings/settings-screen.tsx";
import { StartScreen } from "./features/start/start-screen.tsx";
import { TimelineScreen } from "./features/timeline/timeline-screen.tsx";
import { VerifyScreen } from "./features/verify/verify-screen.tsx";
import { type Screen } from "./state/screens.ts";

/** What draws each screen; the rail shows those that have something to draw. */
export const SCREEN_VIEWS: Readonly<Partial<Record<Screen, ComponentType>>> = {
  start: StartScreen,
  verify: VerifyScreen,
  timeline: TimelineScreen,
  alerts: AlertsScreen,
  identities: IdentitiesScreen,
  findings: FindingsScreen,
  replay: ReplayScreen,
  report: ReportScreen,
  custody: CustodyScreen,
  case: CaseScreen,
  package: PackageScreen,
  settings: SettingsScreen,
};

export const SCREEN_ICONS: Readonly<Record<Screen, typeof IconHome>> = {
  start: IconHome,
  verify: IconShieldCheck,
  timeline: IconTimeline,
  identities: IconUsers,
  alerts: IconBell,
  replay: IconPlayerPlay,
  findings: IconClipboardList,
  report: IconReport,
  custody: IconHistory,
  case: IconBriefcase,
  package: IconPackage,
  settings: IconSettings,
};
