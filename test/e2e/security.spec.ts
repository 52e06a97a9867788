import dgram from "node:dgram";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import http from "node:http";
import { type AddressInfo } from "node:net";
import path from "node:path";

import { expect, type Page, test } from "@playwright/test";

import { type Grant } from "../../electron/shell-contract.ts";
import { isSandboxed, launchApp, type RunningApp, settled } from "./support/app.ts";

const NOWHERE = "https://assay.invalid/";

let running: RunningApp;
test.beforeAll(async () => {
  running = await launchApp();
});
test.afterAll(() => running.close());

/**
 * Runs code in the page outside the debugger's evaluation, which may do what the page policy forbids: a value that the
 * page's own script would have got.
 */
function inPage<Result>(page: Page, code: () => Result | Promise<Result>): Promise<Result> {
  return page.evaluate(
    (source) =>
      new Promise<unknown>((resolve, reject) => {
        // The debugger may compile text; what runs in the timer may not.
        const run = (0, eval)(`(${source})`) as () => unknown;
        setTimeout(() => void Promise.resolve().then(run).then(resolve, reject), 0);
      }),
    code.toString(),
  ) as Promise<Result>;
}

test.describe("the page is isolated", () => {
  test("it sees no Node and only the shell's few verbs", async () => {
    const seen = await running.page.evaluate(() => ({
      node: ["require", "process", "module", "Buffer", "global"].filter((name) => name in globalThis),
      origin: location.origin,
      verbs: Object.keys(window.assay).sort(),
      frozen: Object.isFrozen(window.assay),
    }));
    expect(seen).toEqual({
      node: [],
      origin: "app://bundle",
      verbs: [
        "chooseCase",
        "chooseEvidence",
        "chooseFile",
        "chooseTarget",
        "grantDropped",
        "info",
        "keepSetting",
        "onCommand",
        "requestWorkerPort",
        "setTheme",
        "takeStartGrants",
      ],
      frozen: true,
    });
  });

  test("its window has every protection on", async () => {
    const preferences = await running.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      return contents.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      experimentalFeatures: false,
    });
  });

  test("its process runs under a system call filter", async () => {
    test.skip(!isSandboxed, "run as root without user namespaces: Chromium's sandbox is off");
    test.skip(process.platform !== "linux", "reads /proc");
    const pid = await running.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
    );
    expect(readFileSync(`/proc/${pid}/status`, "utf8")).toMatch(/^Seccomp:\s+2$/m);
  });
});

test.describe("the page policy", () => {
  const headers = (address: string) =>
    running.app.evaluate(async ({ session }, url) => {
      const response = await session.fromPartition("assay").fetch(url);
      return {
        status: response.status,
        policy: response.headers.get("content-security-policy") ?? "",
        body: await response.text(),
      };
    }, address);

  test("it allows the application's own files and nothing else", async () => {
    const { policy } = await headers("app://bundle/index.html");
    const directives = policy.replace(/'nonce-[^']+'/, "'nonce-…'").split("; ");
    expect(directives).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'nonce-…'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'none'",
      "object-src 'none'",
      "worker-src 'none'",
      "frame-src 'none'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types default",
    ]);
  });

  test("its style nonce is new with every load and stands in the page", async () => {
    const loads = [await headers("app://bundle/index.html"), await headers("app://bundle/index.html")];
    const nonces = loads.map(({ policy }) => /'nonce-([^']+)'/.exec(policy)?.[1] ?? "");
    expect(new Set(nonces).size).toBe(2);
    for (const [index, { body }] of loads.entries()) expect(body).toContain(`content="${nonces[index]}"`);
  });

  test("a style element counts with the nonce and not without", async () => {
    const widths = await inPage(running.page, () => {
      const nonce = document.querySelector('meta[name="style-nonce"]')?.getAttribute("content") ?? "";
      return ["", nonce].map((value, index) => {
        const element = document.body.appendChild(document.createElement("div"));
        element.className = `policy-probe-${index}`;
        const style = document.createElement("style");
        style.nonce = value;
        style.textContent = `.policy-probe-${index} { width: 7px }`;
        document.head.append(style);
        const width = getComputedStyle(element).width;
        element.remove();
        style.remove();
        return width === "7px";
      });
    });
    expect(widths).toEqual([false, true]);
  });

  test("text never becomes code or markup", async () => {
    const outcome = await inPage(running.page, () => {
      const attempts: Record<string, () => unknown> = {
        eval: () => (0, eval)("1") as unknown,
        // eslint-disable-next-line @typescript-eslint/no-implied-eval -- that it is refused is what is tested
        function: () => new Function("return 1"),
        markup: () => (document.createElement("div").innerHTML = "<b>x</b>"),
        document: () => document.write("<b>x</b>"),
        script: () => (document.createElement("script").text = "1"),
        policy: () => window.trustedTypes?.createPolicy("other", { createHTML: (text) => text }),
      };
      return Object.entries(attempts).map(([name, attempt]) => {
        try {
          attempt();
          return `${name} allowed`;
        } catch {
          return `${name} refused`;
        }
      });
    });
    expect(outcome.filter((text) => text.endsWith("allowed"))).toEqual([]);
    expect(outcome).toHaveLength(6);
  });

  const outside = [
    "app://bundle/../node/main.mjs",
    "app://bundle/%2e%2e/node/main.mjs",
    "app://bundle/..%2fnode%2fmain.mjs",
    "app://bundle/assets/..%2f..%2f..%2fpackage.json",
    "app://bundle//etc/passwd",
    "app://bundle/%00index.html",
    "app://bundle/%ff.html",
    "app://other/index.html",
  ];
  for (const address of outside) {
    test(`${address} leads nowhere`, async () => {
      expect((await headers(address)).status).toBe(404);
    });
  }
});

test.describe("nothing leaves the machine", () => {
  test("no way out of the page reaches even this machine's own ports", async () => {
    const heard: string[] = [];
    const web = http.createServer((request, response) => {
      heard.push(`http ${request.url}`);
      response.end();
    });
    web.on("connection", () => heard.push("connection"));
    const stun = dgram.createSocket("udp4");
    stun.on("message", () => heard.push("datagram"));
    await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
    await new Promise<void>((resolve) => stun.bind(0, "127.0.0.1", resolve));
    const ports = { web: (web.address() as AddressInfo).port, stun: stun.address().port };

    await running.page.evaluate(async ({ web: webPort, stun: stunPort }) => {
      const address = `http://127.0.0.1:${webPort}`;
      await fetch(`${address}/fetch`).catch(() => undefined);
      navigator.sendBeacon(`${address}/beacon`);
      for (const relation of ["preconnect", "dns-prefetch", "prefetch", "stylesheet"]) {
        const link = document.createElement("link");
        link.rel = relation;
        link.href = `${address}/${relation}`;
        document.head.append(link);
      }
      for (const tag of ["img", "iframe", "video"]) {
        const element = document.createElement(tag);
        element.setAttribute("src", `${address}/${tag}`);
        document.body.append(element);
      }
      await new Promise<void>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${webPort}/socket`);
        socket.onopen = socket.onerror = () => resolve();
      });
      const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${stunPort}` }] });
      const gathered = new Promise<void>((resolve) => {
        peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && resolve();
        // Where there is no network at all gathering never ends.
        setTimeout(resolve, 5_000);
      });
      peer.createDataChannel("probe");
      await peer.setLocalDescription(await peer.createOffer());
      await gathered;
      peer.close();
      for (const element of document.querySelectorAll("iframe, body > img, body > video")) element.remove();
    }, ports);
    web.close();
    stun.close();
    expect(heard).toEqual([]);
  });

  test("the session itself refuses every other address, without the page policy in the way", async () => {
    const outcome = await running.app.evaluate(async ({ BrowserWindow, session }) => {
      const addresses = [
        "http://127.0.0.1:9/",
        "https://assay.invalid/",
        "file:///etc/passwd",
        "data:text/html,hi",
        "ftp://127.0.0.1/",
      ];
      const loaded: string[] = [];
      for (const each of [session.fromPartition("assay"), session.defaultSession]) {
        for (const address of addresses) {
          const window = new BrowserWindow({ show: false, webPreferences: { session: each } });
          await window.loadURL(address).then(
            () => loaded.push(address),
            () => undefined,
          );
          window.destroy();
        }
      }
      return loaded;
    });
    expect(outcome).toEqual([]);
  });
});

test.describe("the window stays what it is", () => {
  test("it navigates nowhere, not even within its own origin", async () => {
    // The test driver keeps waiting for a navigation that was refused, so this window is used for nothing else.
    const other = await launchApp();
    const { app, page } = other;
    await app.evaluate(({ BrowserWindow }) => {
      const refused: string[] = [];
      Object.assign(globalThis, { refused });
      BrowserWindow.getAllWindows()[0]?.webContents.on("will-frame-navigate", ({ url, defaultPrevented }) => {
        if (defaultPrevented) refused.push(url);
      });
    });
    const refused = () => app.evaluate(() => (globalThis as unknown as { refused: string[] }).refused);
    const addresses = [NOWHERE, "app://bundle/other.html"];
    for (const [index, address] of addresses.entries()) {
      await page.evaluate((target) => {
        location.href = target;
      }, address);
      await expect.poll(refused).toEqual(addresses.slice(0, index + 1));
    }
    expect(await page.evaluate(() => location.href)).toBe("app://bundle/index.html");
    await other.close();
  });

  test("it opens no other window and follows no link into one", async () => {
    const opened = await running.page.evaluate((address) => {
      const link = document.createElement("a");
      link.href = address;
      link.target = "_blank";
      document.body.append(link);
      link.click();
      link.remove();
      return window.open(address);
    }, NOWHERE);
    expect(opened).toBeNull();
    expect(await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  test("it is given no permission", async () => {
    const granted = await running.page.evaluate(async () => {
      const outcome = (promise: Promise<unknown>) =>
        promise.then(
          () => "granted",
          () => "denied",
        );
      return {
        notifications: await Notification.requestPermission(),
        geolocation: await outcome(
          new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject)),
        ),
        camera: await outcome(navigator.mediaDevices.getUserMedia({ video: true })),
        screen: await outcome(navigator.mediaDevices.getDisplayMedia()),
        clipboard: await outcome(navigator.clipboard.readText()),
      };
    });
    expect(new Set(Object.values(granted))).toEqual(new Set(["denied"]));
  });
});

test.describe("what crosses a process border is checked", () => {
  test("the shell answers no other window, even one with the same page and preload script", async () => {
    const answer = await running.app.evaluate(async ({ app, BrowserWindow, session }) => {
      const preload = `${app.getAppPath()}/dist/node/preload.cjs`;
      const window = new BrowserWindow({
        show: false,
        webPreferences: { session: session.fromPartition("assay"), preload },
      });
      await window.loadURL("app://bundle/index.html");
      const text = (await window.webContents.executeJavaScript(
        "assay.info().then(() => 'answered', (error) => error.message)",
      )) as string;
      window.destroy();
      return text;
    });
    expect(answer).toContain("denied");
  });

  test("the shell refuses arguments that are not the verb's own", async () => {
    const outcome = await running.page.evaluate(async () => {
      const shell = window.assay as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
      const refused = (promise: Promise<unknown> | undefined) =>
        promise?.then(
          () => "answered",
          (error: Error) => error.message,
        );
      return [
        await refused(shell["setTheme"]?.("purple")),
        await refused(shell["keepSetting"]?.("anything", "else")),
        await refused(shell["chooseEvidence"]?.("/etc/passwd")),
        await refused(shell["chooseFile"]?.("/etc/passwd")),
        await refused(shell["chooseTarget"]?.("case", "x".repeat(1_000))),
        await refused(shell["chooseTarget"]?.({ kind: "case" }, "name")),
      ];
    });
    expect(outcome).toHaveLength(6);
    for (const text of outcome) expect(text).toContain("invalid arguments");
  });

  test("the case worker refuses what is not in its contract and grants it never gave", async () => {
    const answers = await running.page.evaluate(
      () =>
        new Promise<unknown[]>((resolve) => {
          const calls = [
            { kind: "call", id: 900_001, name: "case.open", input: { path: "/etc/passwd" } },
            { kind: "call", id: 900_002, name: "constructor", input: {} },
            { kind: "call", id: 900_003, name: "evidence.verify", input: { grant: "forged" } },
            {
              kind: "call",
              id: 900_004,
              name: "timeline.query",
              input: { query: "", from: "0 or 1=1", to: null, logRecords: true, copies: true },
            },
          ];
          window.addEventListener(
            "message",
            ({ ports: [port] }) => {
              const heard: unknown[] = [];
              port?.addEventListener("message", ({ data }: MessageEvent<{ id?: number; kind: string }>) => {
                if ((data.id ?? 0) < 900_000) return;
                heard.push(data);
                if (heard.length === calls.length) resolve(heard);
              });
              port?.start();
              for (const call of calls) port?.postMessage(call);
            },
            { once: true },
          );
          window.assay.requestWorkerPort();
        }),
    );
    const byId = new Map(
      (answers as { id: number; kind: string; failure: { code: string } }[]).map((each) => [each.id, each]),
    );
    expect([...byId.values()].every(({ kind }) => kind === "failure")).toBe(true);
    expect(byId.get(900_001)?.failure.code).toBe("invalid-input");
    expect(byId.get(900_002)?.failure.code).toBe("unknown-operation");
    expect(byId.get(900_003)?.failure.code).toBe("grant-unknown");
    expect(byId.get(900_004)?.failure.code).toBe("invalid-input");
  });

  test("a dropped file becomes a grant without its path, and a file the page made up becomes nothing", async () => {
    const file = path.join(path.dirname(running.home), "dropped.log");
    await writeFile(file, "a line\n");
    await running.page.evaluate(() => {
      const input = document.createElement("input");
      input.type = "file";
      input.id = "drop-probe";
      document.body.append(input);
    });
    await running.page.setInputFiles("#drop-probe", file);
    const grants = await running.page.evaluate(async () => {
      const input = document.querySelector<HTMLInputElement>("#drop-probe");
      const real = await window.assay.grantDropped([...(input?.files ?? [])]);
      const madeUp = await window.assay.grantDropped([new File(["x"], "/etc/passwd")]);
      input?.remove();
      return { real, madeUp };
    });
    expect(grants.madeUp).toEqual([]);
    expect(grants.real.map(({ label, kind }: Grant) => ({ label, kind }))).toEqual([
      { label: "dropped.log", kind: "file" },
    ]);
    expect(JSON.stringify(grants.real)).not.toContain(path.dirname(file));
  });
});

test.describe("the case worker", () => {
  const workerPid = async () => {
    const metrics = await running.app.evaluate(({ app }) =>
      app.getAppMetrics().map(({ pid, name }) => ({ pid, name })),
    );
    const pid = metrics.find(({ name }) => name === "assay-case-worker")?.pid;
    expect(pid, JSON.stringify(metrics)).toBeGreaterThan(1);
    return pid ?? Number.NaN;
  };

  test("it sees only the few variables it needs", async () => {
    const environment = `/proc/${await workerPid()}/environ`;
    test.skip(!existsSync(environment), "reads /proc");
    const names = readFileSync(environment, "utf8")
      .split("\0")
      .filter(Boolean)
      .map((entry) => entry.split("=")[0]);
    const allowed = ["LANG", "PATH", "TZ", "HOME", "XDG_DATA_HOME", "ASSAY_HOME"];
    expect(names.filter((name) => !allowed.includes(name ?? ""))).toEqual([]);
  });

  test("when it dies it is started again and the window works on", async () => {
    const before = await workerPid();
    const joined = running.page.evaluate(
      () => new Promise<void>((resolve) => window.addEventListener("message", () => resolve(), { once: true })),
    );
    await running.app.evaluate((_electron, pid) => process.kill(pid, "SIGKILL"), before);
    await joined;
    await settled(running.page);
    expect(await workerPid()).not.toBe(before);
  });
});
