import { type Drawing } from "./drawing.ts";
import { type BundleVerdict } from "./verdict.ts";

/**
 * A report as plain data: one model, drawn as PDF by core/report and as a preview by the window. It holds texts,
 * tables and drawings only; numbering of pages and typography belong to whoever draws it.
 */
export interface ReportModel {
  readonly title: string;
  readonly caseId: string;
  readonly reportId: string;
  readonly revision: number;
  /** RFC 3339, UTC. */
  readonly issuedAt: string;
  readonly classification: string;
  /** Whose report it is, at the head of every page; empty for none. */
  readonly organisation: string;
  /** What a human must still give; a report with any of it is a DRAFT and says so on every page. */
  readonly missing: readonly MissingItem[];
  readonly sections: readonly ReportSection[];
}

export interface MissingItem {
  /** Where it belongs, such as "3 Examiner". */
  readonly section: string;
  readonly what: string;
  /** Set for wording, which the examiner may keep for a stated reason. */
  readonly wording?: true;
}

export interface ReportSection {
  /** Number of the section in the report, from 1. */
  readonly number: number;
  readonly heading: string;
  readonly blocks: readonly ReportBlock[];
}

export type ReportBlock =
  | {
      readonly kind: "paragraph";
      readonly text: string;
      readonly emphasis?: "note" | "warning";
      /** Set for the sentence that carries a verdict: drawn with the verdict's word, shape and colour. */
      readonly verdict?: BundleVerdict;
    }
  | { readonly kind: "heading"; readonly text: string; readonly tag?: string }
  | {
      readonly kind: "fields";
      readonly rows: readonly { readonly label: string; readonly value: string; readonly mono?: boolean }[];
    }
  | {
      readonly kind: "table";
      readonly caption: string;
      readonly columns: readonly {
        readonly label: string;
        readonly mono?: boolean;
        /** Share of the width. */ readonly weight: number;
        /** The cells are verdict words, drawn with their shape and colour. */
        readonly verdict?: boolean;
        readonly align?: "right";
      }[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "drawing"; readonly caption: string; readonly drawing: Drawing }
  | { readonly kind: "raw"; readonly label: string; readonly text: string };
