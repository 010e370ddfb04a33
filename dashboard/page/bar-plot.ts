import uPlot from 'uplot';
import type { Value } from './answers.ts';
import { axisValue, type Unit } from './numbers.ts';
import { type Paint, paint } from './paint.ts';

/** One measure over time, as bars; the windows of several plots lie below each other. */
export interface Bars {
  readonly values: readonly Value[];
  /** The same windows of the time compared with: a line across the bars. */
  readonly before?: readonly Value[] | undefined;
  /** How settled each window is; the less, the paler its bar. */
  readonly settled: readonly ('strong' | 'open' | 'running')[];
  /** Windows that are over: where one has no value, the plot shows a gap and not a zero. */
  readonly over: readonly boolean[];
  readonly labels: readonly string[];
  readonly unit: Unit;
  /** The lowest plot carries the labels. */
  readonly labelled: boolean;
  /** Plots of one group point at the same window. @default 'course' */
  readonly group?: string;
}

const LABEL_WIDTH = 64;
/** Labels are left out evenly: every second, third, … */
const STEPS = [1, 2, 3, 4, 6, 7, 12, 14, 24, 48, 96];
const HEIGHT = 112;
const AXIS = 24;

/** Draws bars into `host`; `onPoint` hears which window the pointer or the keyboard is at. */
export function plotBars(host: HTMLElement, bars: Bars, onPoint: (index: number | null) => void): uPlot {
  const colours = paint(host);
  const options: uPlot.Options = {
    width: host.clientWidth || 300,
    height: HEIGHT + (bars.labelled ? AXIS : 0),
    padding: [8, 6, bars.labelled ? 0 : 6, 0],
    legend: { show: false },
    cursor: cursorOf(bars.group ?? 'course'),
    scales: { x: { time: false, range: [-0.5, bars.values.length - 0.5] }, y: { range: yRange(bars.unit) } },
    series: [{}, seriesOf(bars, colours), ...(bars.before ? [lineOf(colours)] : [])],
    axes: [xAxis(bars, colours), yAxis(bars, colours)],
    hooks: {
      setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)],
      drawClear: [(plot) => drawGaps(plot, bars, colours)],
    },
  };
  const data = [bars.values, ...(bars.before ? [bars.before] : [])].map((values) => [...values]);
  return new uPlot(options, [bars.values.map((_, index) => index), ...data], host);
}

function cursorOf(group: string): uPlot.Cursor {
  const snap: uPlot.Cursor.MousePosRefiner = (plot, left, top) =>
    left < 0 ? [left, top] : [plot.valToPos(plot.posToIdx(left), 'x'), top];
  return {
    y: false,
    points: { show: false },
    // The pointer snaps to bars, which uPlot takes for dragging: its usual answer would swallow the click.
    drag: { x: false, y: false, click: () => undefined },
    move: snap,
    sync: { key: group, scales: ['x', null] },
  };
}

function seriesOf(bars: Bars, colours: Paint): uPlot.Series {
  const fill = bars.settled.map((how) => colours[how]);
  const each: uPlot.Series.BarsPathBuilderFacet = { unit: 3, values: () => fill };
  const paths = uPlot.paths.bars?.({ size: [0.78, 40], radius: 0.12, disp: { fill: each } });
  return { paths, stroke: 'transparent', fill: colours.strong, width: 0, points: { show: false } };
}

function lineOf(colours: Paint): uPlot.Series {
  return { stroke: colours.text, width: 1.25, dash: [4, 3], points: { show: false } };
}

function yRange(unit: Unit): uPlot.Range.Function {
  return (_plot, _low, high) => [
    0,
    unit === 'percent' ? 100 : Math.max(high ?? 0, unit === 'count' ? 4 : 1) * 1.08,
  ];
}

function xAxis(bars: Bars, colours: Paint): uPlot.Axis {
  return {
    show: bars.labelled,
    size: AXIS,
    gap: 4,
    font: colours.font,
    stroke: colours.text,
    grid: { show: false },
    ticks: { show: false },
    splits: (plot) => thinned(newLabels(bars.labels), plot.width),
    values: (_plot, splits) => splits.map((index) => bars.labels[index] ?? ''),
  };
}

// Hours of several days all carry their day: it is written once, where it begins.
function newLabels(labels: readonly string[]): number[] {
  return labels.flatMap((label, index) => (label === labels[index - 1] ? [] : [index]));
}

function thinned(indexes: readonly number[], width: number): number[] {
  const room = Math.max(1, Math.floor(width / LABEL_WIDTH));
  const step = STEPS.find((size) => indexes.length / size <= room) ?? indexes.length;
  return indexes.filter((_, place) => place % step === 0);
}

function yAxis(bars: Bars, colours: Paint): uPlot.Axis {
  return {
    size: 48,
    gap: 6,
    space: 34,
    font: colours.font,
    stroke: colours.text,
    incrs: bars.unit === 'count' ? wholeSteps() : undefined,
    grid: { stroke: colours.line, width: 1 },
    ticks: { show: false },
    values: (_plot, splits) => splits.map((value) => axisValue(value, bars.unit)),
  };
}

function wholeSteps(): number[] {
  return Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();
}

function drawGaps(plot: uPlot, bars: Bars, colours: Paint): void {
  plot.ctx.fillStyle = colours.gap;
  bars.values.forEach((value, index) => {
    if (value !== null || !bars.over[index]) return;
    const [left, right] = [index - 0.5, index + 0.5].map((x) => Math.round(plot.valToPos(x, 'x', true)));
    plot.ctx.fillRect(left!, plot.bbox.top, right! - left!, plot.bbox.height);
  });
}
