import { type EventRow } from "../model/event.ts";
import { type Instant } from "../model/time.ts";
import { type ExportedEvent } from "./exported-event.ts";

/** An event whose record states a readable time. */
export interface DatedEvent extends ExportedEvent {
  readonly row: EventRow & { readonly time: Instant };
}

/** How events are written for one tool: data and functions of an event, without a file or a clock. */
export interface ExportFormat {
  readonly name: string;
  /** Ends that the file's name must have, or the tool refuses it; empty when it takes any name. */
  readonly extensions: readonly string[];
  /** Text before the first event. */
  readonly header: string;
  /** Text after the last event. */
  readonly footer?: string;
  /** One event with its line end. */
  readonly line: (event: DatedEvent) => string;
  /**
   * The same for an event without a time; absent where the format has no place for one. Such events then go into a file
   * beside the export, so that none is lost.
   */
  readonly undatedLine?: (event: ExportedEvent) => string;
  /** What a person who loads the file must know. */
  readonly remark?: string;
}
