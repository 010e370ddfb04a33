import { addHash, type Sketch } from './sketch.ts';

/**
 * Counts a text in a sketch by 64 bits of a public hash (two lanes of multiply and mix, MurmurHash3's finaliser):
 * these sketches only tell how many paths and agents there were, whoever forges collisions makes their own fewer.
 */
export function addText(sketch: Sketch, text: string): void {
  let a = 0x9e3779b9 ^ text.length;
  let b = 0x85ebca6b;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0xcc9e2d51);
    a = (a << 15) | (a >>> 17);
    b = Math.imul(b ^ code, 0x1b873593);
    b = (b << 13) | (b >>> 19);
  }
  const high = mix(a ^ Math.imul(b, 0xe6546b64));
  addHash(sketch, high, mix(b ^ Math.imul(high, 0x27d4eb2f)));
}

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
