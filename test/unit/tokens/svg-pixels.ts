const SCALE = 4;

/** The picture of an SVG whose path is made of squares of one unit, as RGB: what a camera would see. */
export function pixelsOf(svg: string): { width: number; height: number; data: Uint8Array } {
  const [, side] = /viewBox="0 0 (\d+) \d+"/.exec(svg)!;
  const [, path] = / d="([^"]+)"/.exec(svg)!;
  const width = Number(side) * SCALE;
  const data = new Uint8Array(width * width * 3).fill(255);
  let [x, y] = [0, 0];
  for (const [, command, dx, dy] of path!.matchAll(/([Mm])(-?\d+)[ ,]?(-?\d+)h1v1[^Zz]*[Zz]/g)) {
    [x, y] = command === 'M' ? [Number(dx), Number(dy)] : [x + Number(dx), y + Number(dy)];
    for (let row = y * SCALE; row < (y + 1) * SCALE; row++)
      data.fill(0, (row * width + x * SCALE) * 3, (row * width + (x + 1) * SCALE) * 3);
  }
  return { width, height: width, data };
}
