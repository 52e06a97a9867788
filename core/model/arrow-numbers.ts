/** The course of an arrow between two boxes: a curve with level ends, in the units of the drawing. */
export interface ArrowCourse {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** How far the curve leaves its ends sideways before it turns. */
  readonly bend: number;
  /** Both ends are on the right side of boxes of one column. */
  readonly same: boolean;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle by its middle. */
export interface Area extends Point {
  readonly width: number;
  readonly height: number;
}

/** The numbers of an arrow's steps as they stand on it, and where. */
export interface PlacedNumbers extends Area {
  /** At most so many of the latest numbers are written out. */
  readonly shown: number;
}

const HEIGHT = 16;
/** No two numbers come closer than this. */
const DISTANCE = 2;
/** The tip of an arrow stays free. */
const TIP = 9;
/** Numbers that stand on one arrow where there is room; the storyboard has all. */
const MOST_SHOWN = 3;
/** Where on its way an arrow has its numbers, first choice first: not in the middle, where crossing arrows meet. */
const FIRST_CHOICE = 0.62;
const SHARES = Array.from({ length: 39 }, (_, index) => (index + 1) / 40).toSorted(
  (a, b) => Math.abs(a - FIRST_CHOICE) - Math.abs(b - FIRST_CHOICE),
);

/** The latest numbers of an arrow, "… 4, 6, 9" */
export function numbersText(numbers: readonly number[], shown: number): string {
  const latest = numbers.slice(-shown).join(", ");
  return numbers.length > shown ? `… ${latest}` : latest;
}

/** The width of a box around such a text. */
export function numbersWidth(text: string): number {
  return Math.max(HEIGHT, text.length * 6 + 8);
}

/**
 * Where each arrow has its numbers: on its course, inside the room between two columns of boxes, and apart from those of
 * the arrows before it. Where that is too narrow fewer of them are written out. Null where there is no room at all.
 */
export function placeNumbers(
  arrows: readonly { readonly course: ArrowCourse; readonly numbers: readonly number[] }[],
  room: number,
): readonly (PlacedNumbers | null)[] {
  const placed: (PlacedNumbers | null)[] = [];
  for (const { course, numbers } of arrows) {
    const free = numberPlaces(course, numbers, room).find(
      (place) => !placed.some((other) => other && touch(place, other)),
    );
    placed.push(free ?? null);
  }
  return placed;
}

/** The places on an arrow for its numbers, the best first. */
export function numberPlaces(course: ArrowCourse, numbers: readonly number[], room: number): readonly PlacedNumbers[] {
  const places: PlacedNumbers[] = [];
  for (let shown = Math.min(MOST_SHOWN, numbers.length); shown >= 1; shown -= 1) {
    const width = numbersWidth(numbersText(numbers, shown));
    for (const share of SHARES) {
      const { x, y } = pointAt(course, share);
      const [least, most] = [course.x1 + DISTANCE + width / 2, course.x1 + room - TIP - width / 2];
      // Beside a bow of one column there is room; elsewhere numbers stay on their arrow.
      if (course.same) places.push({ x: Math.max(least, x), y, width, height: HEIGHT, shown });
      else if (x >= least && x <= most) places.push({ x, y, width, height: HEIGHT, shown });
    }
  }
  return places;
}

/** The point of the curve at a share of its way. */
function pointAt({ x1, y1, x2, y2, bend, same }: ArrowCourse, share: number): Point {
  const rest = 1 - share;
  const at = (a: number, b: number, c: number, d: number): number =>
    rest ** 3 * a + 3 * rest ** 2 * share * b + 3 * rest * share ** 2 * c + share ** 3 * d;
  return { x: at(x1, x1 + bend, x2 + (same ? bend : -bend), x2), y: at(y1, y1, y2, y2) };
}

/** Whether two areas lie over each other, or nearly. */
export function touch(a: Area, b: Area): boolean {
  return (
    Math.abs(a.x - b.x) < (a.width + b.width) / 2 + DISTANCE &&
    Math.abs(a.y - b.y) < (a.height + b.height) / 2 + DISTANCE
  );
}
