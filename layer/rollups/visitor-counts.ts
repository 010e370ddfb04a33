import { CLASSES, type EventBlock } from '@sgraph-backbone/layer/logs';
import { addHash, createSketch, type Sketch, VISITOR_PRECISION } from './sketch.ts';
import type { Summary } from './summary.ts';

/** Counts the visitors of a window's rows, by class and key id, and the rows that have none. */
export function countVisitors(summary: Summary, block: EventBlock, rows: Int32Array, count: number): void {
  const { visitor_key, visitor_high, visitor_low, visitor_keys } = block;
  const classes = block.class;
  const unmeasured = new Float64Array(CLASSES.length);
  const sketches = new Array<Sketch | undefined>((visitor_keys.length + 1) << 2).fill(undefined);
  for (let i = 0; i < count; i += 1) {
    const row = rows[i]!;
    const key = visitor_key[row]!;
    const own = classes[row]!;
    if (key === 0) {
      unmeasured[own]! += 1;
      continue;
    }
    const at = (key << 2) | own;
    let sketch = sketches[at];
    if (!sketch) {
      sketch = sketchOf(summary, own, visitor_keys[key - 1]!);
      sketches[at] = sketch;
    }
    addHash(sketch, visitor_high[row]!, visitor_low[row]!);
  }
  CLASSES.forEach((name, own) => {
    summary.classes[name].counters.visitors_unmeasured_requests += unmeasured[own]!;
  });
}

function sketchOf(summary: Summary, own: number, keyId: string): Sketch {
  const { visitors } = summary.classes[CLASSES[own]!];
  const sketch = visitors.get(keyId) ?? createSketch(VISITOR_PRECISION);
  visitors.set(keyId, sketch);
  return sketch;
}
