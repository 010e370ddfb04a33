/**
 * Works on several items at a time: over a network most of the time is waiting. Begins none after one has failed, or
 * once it `isEnough`, waits for those that were begun, and throws the first failure. Answers how many were begun.
 */
export async function abreast<Item>(
  items: Iterable<Item>,
  width: number,
  work: (item: Item) => Promise<void>,
  isEnough: () => boolean = () => false,
): Promise<number> {
  const left = items[Symbol.iterator]();
  const failures: unknown[] = [];
  let begun = 0;
  const worker = async () => {
    while (failures.length === 0 && !isEnough()) {
      const { value, done } = left.next();
      if (done) return;
      begun++;
      try {
        await work(value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  if (failures.length > 0) throw failures[0];
  return begun;
}
