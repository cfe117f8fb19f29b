/** The items in their order, `size` at a time; the last group may be smaller. */
export async function* inGroups<Item>(
  items: AsyncIterable<Item>,
  size: number,
): AsyncGenerator<Item[], void, undefined> {
  let group: Item[] = [];
  for await (const item of items)
    if (group.push(item) === size) {
      yield group;
      group = [];
    }
  if (group.length > 0) yield group;
}
