import { type Source } from "./source.ts";

/**
 * Any log of one JSON object a line, when no other source knows it: the members that many logs name alike. Its events
 * are readable and searchable, but nothing is known about what its fields mean.
 */
export const jsonl: Source = {
  name: "jsonl",
  title: "JSON lines of an unknown log",
  marks: [],
  arrays: ["Records", "records", "events"],
  aside: [],
  unmappedIsProblem: false,
  mapping: {
    time: {
      from: [["time"], ["timestamp"], ["@timestamp"], ["ts"], ["eventTime"], ["created_at"], ["createdAt"], ["date"]],
      formats: ["rfc3339", "epoch-ns", "epoch-ms", "epoch-s"],
    },
    texts: {
      principal: [
        { path: ["actor", "name"] },
        { path: ["actor", "email"] },
        { path: ["actor", "id"] },
        { path: ["actor"] },
        { path: ["user", "name"] },
        { path: ["user", "email"] },
        { path: ["user", "id"] },
        { path: ["user"] },
        { path: ["username"] },
        { path: ["principal"] },
      ],
      session: [{ path: ["session_id"] }, { path: ["sessionId"] }],
      action: [
        { path: ["action"] },
        { path: ["event"] },
        { path: ["eventName"] },
        { path: ["operation"] },
        { path: ["type"] },
      ],
      service: [{ path: ["service"] }, { path: ["source"] }, { path: ["app"] }],
      resource: [{ path: ["resource"] }, { path: ["target"] }, { path: ["object"] }],
      error: [{ path: ["error"] }],
      address: [{ path: ["ip"] }, { path: ["ip_address"] }, { path: ["sourceIPAddress"] }, { path: ["remote_addr"] }],
      user_agent: [{ path: ["user_agent"] }, { path: ["userAgent"] }],
      account: [{ path: ["account"] }, { path: ["account_id"] }, { path: ["org"] }],
      region: [{ path: ["region"] }],
      request_id: [{ path: ["request_id"] }, { path: ["requestId"] }],
      event_id: [{ path: ["id"] }, { path: ["uuid"] }, { path: ["event_id"] }],
    },
    outcomes: [
      { path: ["outcome"], oneOf: ["denied", "DENIED", "deny"], outcome: "denied" },
      { path: ["outcome"], oneOf: ["failure", "FAILURE", "failed", "error"], outcome: "failure" },
      { path: ["outcome"], oneOf: ["success", "SUCCESS", "allow", "ok"], outcome: "success" },
    ],
  },
};
