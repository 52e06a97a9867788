import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * Zoom operation logs (developers.zoom.us, "Get operation logs report"): `{"time":"2021-11-17T00:37:24Z","operator":
 * "…","category_type":"User","action":"Update","operation_detail":"…"}`.
 */
export const zoom: Source = {
  name: "zoom",
  title: "Zoom operation logs",
  shapes: [
    [
      { path: at("operator"), weight: 0.3 },
      { path: at("category_type"), weight: 0.3 },
      { path: at("operation_detail"), weight: 0.3 },
      { path: at("action"), weight: 0.1 },
    ],
  ],
  arrays: [["operation_logs"]],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: [at("time")], formats: ["rfc3339", "utc"] },
    texts: {
      principal: values("operator"),
      action: [{ join: ["category_type", "action"].map(at), with: " " }],
      service: values("category_type"),
      resource: values("operation_detail"),
    },
    outcomes: [{ path: at("action"), outcome: "success" }],
  },
  own: { category: at("category_type"), detail: at("operation_detail") },
  testedOn: "real records",
};
