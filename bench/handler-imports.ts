import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildHandler } from '../lib/handler-asset.ts';
import { buildLayer } from '../lib/layer-asset.ts';

// How long a function takes to load its handler with the layer: the aim is 150 ms. Each run is a process of its own.
const RUNS = 9;
const SCRIPT = `
  const before = process.cpuUsage();
  const begun = performance.now();
  require('./index.js');
  const milliseconds = performance.now() - begun;
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ milliseconds, cpu: (user + system) / 1000 }));
`;
// What some of them refuse to begin without; nobody is asked for anything.
const NEEDED = {
  BACKBONE_STORE: 'memory:',
  BACKBONE_ADMIN_KEY: 'admin-key-of-a-bench',
  BACKBONE_QUEUE_CORRECTIONS: 'http://127.0.0.1:9/queue',
};

const folder = mkdtempSync(join(tmpdir(), 'backbone-imports-'));
const layer = join(folder, 'opt');
buildLayer(layer);
const steps = readdirSync('lambdas').filter((step) =>
  readdirSync(join('lambdas', step)).includes('index.ts'),
);
console.log(
  `import of handlers with the layer, node ${process.version}, ms: least, median of ${RUNS}; processor time`,
);
for (const step of steps) {
  const task = join(folder, step);
  buildHandler(step, task);
  const env = { NODE_PATH: join(layer, 'nodejs/node_modules'), ...NEEDED };
  const runs = Array.from({ length: RUNS }, () => {
    const text = execFileSync(process.execPath, ['-e', SCRIPT], { cwd: task, env, encoding: 'utf8' });
    return JSON.parse(text) as { milliseconds: number; cpu: number };
  });
  const sorted = runs.map(({ milliseconds }) => Math.round(milliseconds)).sort((a, b) => a - b);
  const cpu = Math.round(Math.min(...runs.map((run) => run.cpu)));
  console.log(
    `${step.padEnd(12)} ${String(sorted[0]).padStart(4)} ${String(sorted[4]).padStart(5)} ${String(cpu).padStart(6)}`,
  );
}
rmSync(folder, { recursive: true });
