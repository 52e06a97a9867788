import { Menu } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconColumns } from "@tabler/icons-react";
import { type KeyboardEvent, type PointerEvent } from "react";

import { sortBy, useTimeline, DEFAULT_COLUMNS, type ColumnWidth } from "../../state/timeline.ts";
import { useClock } from "../../state/clock.ts";
import { GRID_COLUMNS, type GridColumn } from "./grid-columns.tsx";

const NARROWEST = 44;

/** Titles that sort, edges that resize, and a menu that chooses columns. */
export function GridHead({
  columns,
  template,
}: {
  readonly columns: readonly GridColumn[];
  readonly template: string;
}) {
  const sort = useTimeline((view) => view.sort);
  const zone = useClock((clock) => clock.zone);
  return (
    <div role="row" aria-rowindex={1} className="grid-row grid-head" style={{ gridTemplateColumns: template }}>
      {columns.map((column) => {
        const order = sort?.field === column.field ? (sort.descending ? "descending" : "ascending") : "none";
        const title = column.id === "time" ? `Time (${placeOf(zone)})` : column.title;
        return (
          <span
            key={column.id}
            role="columnheader"
            aria-sort={
              column.sortable ? (order === "none" && !sort && column.id === "time" ? "ascending" : order) : undefined
            }
          >
            {column.sortable ? (
              <button
                type="button"
                tabIndex={-1}
                title={`Sort by ${column.id === "time" ? `time, shown in ${zone}` : column.title}`}
                onClick={() => sortBy(column.field)}
              >
                {column.id === "source" ? (
                  <span className="visually-hidden">Source</span>
                ) : (
                  <span className="ellipsis">{title}</span>
                )}
                {order === "ascending" && <IconChevronUp size={12} aria-hidden />}
                {order === "descending" && <IconChevronDown size={12} aria-hidden />}
              </button>
            ) : (
              title
            )}
            <ColumnEdge column={column} />
          </span>
        );
      })}
      <span role="columnheader" className="column-menu-place">
        <ColumnMenu shown={columns} />
      </span>
    </div>
  );
}

/** "New York" of "America/New_York". */
function placeOf(zone: string): string {
  return zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");
}

/** Drags the right edge of a column; the arrow keys move it by 8 pixels. */
function ColumnEdge({ column }: { readonly column: GridColumn }) {
  const width = useTimeline((view) => view.columns.find(({ id }) => id === column.id)?.width ?? 100);
  const resize = (to: number) =>
    useTimeline.setState(({ columns }) => ({
      columns: columns.map((item) => (item.id === column.id ? { ...item, width: Math.max(NARROWEST, to) } : item)),
    }));
  const onPointerMove = (event: PointerEvent<HTMLSpanElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const left = event.currentTarget.parentElement?.getBoundingClientRect().left ?? 0;
    resize(Math.round(event.clientX - left));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -8, ArrowRight: 8 }[event.key];
    if (by === undefined) return;
    event.stopPropagation();
    event.preventDefault();
    resize(width + by);
  };
  return (
    <span
      className="column-edge"
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${column.title}`}
      aria-valuenow={width}
      aria-valuemin={NARROWEST}
      aria-valuemax={2_000}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    />
  );
}

/** Chooses columns; one that has no room now says so. */
function ColumnMenu({ shown }: { readonly shown: readonly GridColumn[] }) {
  const columns = useTimeline((view) => view.columns);
  const toggle = (id: string) => {
    const without = columns.filter((column) => column.id !== id);
    if (without.length === columns.length) setColumns([...columns, { id, width: 120 }]);
    else if (without.length > 0) setColumns(without);
  };
  return (
    <Menu
      position="bottom-end"
      closeOnItemClick={false}
      withInitialFocusPlaceholder={false}
      portalProps={{ target: "main" }}
    >
      <Menu.Target>
        <button type="button" className="column-menu" aria-label="Columns" title="Columns">
          <IconColumns size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <div role="group" aria-label="Columns" tabIndex={0} style={{ maxHeight: 320, overflowY: "auto" }}>
          {GRID_COLUMNS.map(({ id, title }) => {
            const on = columns.some((column) => column.id === id);
            return (
              <Menu.CheckboxItem key={id} fz="sm" checked={on} onChange={() => toggle(id)}>
                {title}
                {on && !shown.some((column) => column.id === id) && <span className="text-2">, no room now</span>}
              </Menu.CheckboxItem>
            );
          })}
        </div>
        <Menu.Divider />
        <Menu.Item fz="sm" onClick={() => setColumns(DEFAULT_COLUMNS)}>
          As at first
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function setColumns(columns: readonly ColumnWidth[]): void {
  useTimeline.setState({ columns, focusColumn: 0 });
}
