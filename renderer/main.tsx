import "./page-policy.ts";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/print.css";

import { MantineProvider } from "@mantine/core";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { present } from "../core/model/assert.ts";
import { App } from "./app.tsx";
import { styleNonce } from "./page-policy.ts";
import { boot } from "./state/boot.ts";
import { resolver, theme } from "./styles/theme.ts";

createRoot(present(document.getElementById("root"), "index.html has a root element")).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolver}
      defaultColorScheme="auto"
      getStyleNonce={() => styleNonce}
    >
      <App />
    </MantineProvider>
  </StrictMode>,
);

boot();
