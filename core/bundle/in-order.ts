/**
 * Begins work on items one after the other and gives the results in the same order, with at most `ahead` begun and not yet
 * given. `begin` resolves when the next one may begin; what it resolves to waits for the result.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  ahead: number,
  begin: (item: Item) => Promise<() => Promise<Result>>,
): AsyncGenerator<Result, void, undefined> {
  const begun: (() => Promise<Result>)[] = [];
  for (const item of items) {
    begun.push(await begin(item));
    const first = begun.length >= ahead ? begun.shift() : undefined;
    if (first) yield await first();
  }
  for (const result of begun) yield await result();
}
