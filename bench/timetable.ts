interface Due {
  readonly at: number;
  readonly run: () => Promise<void>;
}

/** A clock that leaps from one thing that is due to the next. */
export interface Timetable {
  /** Epoch ms. */
  now(): number;
  add(at: number, run: () => Promise<void>): void;
  /** The same, unless something of this name was added before. */
  addOnce(name: string, at: number, run: () => Promise<void>): void;
  /** Runs everything that is due before `end`, in order, also what is added meanwhile. */
  runUntil(end: number): Promise<void>;
}

export function createTimetable(start: number): Timetable {
  let clock = start;
  const dues: Due[] = [];
  const names = new Set<string>();
  return {
    now: () => clock,
    add: (at, run) => void dues.push({ at, run }),
    addOnce(name, at, run) {
      if (names.has(name)) return;
      names.add(name);
      dues.push({ at, run });
    },
    async runUntil(end) {
      for (;;) {
        dues.sort((a, b) => a.at - b.at);
        const [next] = dues;
        if (next === undefined || next.at >= end) break;
        dues.shift();
        clock = next.at;
        await next.run();
      }
      clock = end;
    },
  };
}
