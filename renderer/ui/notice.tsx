import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { type ReactNode } from "react";

import { OctagonXIcon } from "./icons.tsx";

type NoticeTone = "info" | "ok" | "limits" | "altered";

function NoticeIcon({ tone }: { readonly tone: NoticeTone }) {
  switch (tone) {
    case "info":
      return <IconInfoCircle size={14} aria-hidden />;
    case "ok":
      return <IconCircleCheck size={14} aria-hidden />;
    case "limits":
      return <IconAlertTriangle size={14} aria-hidden />;
    case "altered":
      return <OctagonXIcon size={14} />;
  }
}

/** One or two sentences. */
export function Notice({ tone, children }: { readonly tone: NoticeTone; readonly children: ReactNode }) {
  return (
    <div className={`notice ${tone}`} role="note">
      <NoticeIcon tone={tone} />
      <div className="grow">{children}</div>
    </div>
  );
}
