import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { ingestSource } from '../lambdas/ingest/ingest.ts';
import { fileSource } from '../local/files/file-source.ts';
import { createSession } from '../local/session.ts';
import { generateLogs } from './generate.ts';

// What one log object costs a process that has one core and a fixed amount of memory: where the limit of
// BACKBONE_MOST_LOG_BYTES comes from. The store is on disk; roll-ups are not made.
const { values } = parseArgs({ options: { lines: { type: 'string', default: '1000000' } } });
const logs = await generateLogs({ lines: Number(values.lines), files: 200, seed: 'largest' });
const store = await openStore(`disk:${tmpdir()}/backbone-largest-${process.pid}`);
const { pipeline, ingestOptions } = await createSession(store);
const before = process.resourceUsage();
const begun = performance.now();
const source = (await fileSource(logs.single))!;
const answer = await ingestSource(pipeline, ingestOptions, source);
const after = process.resourceUsage();
const seconds = (performance.now() - begun) / 1000;
const cpu = (after.userCPUTime + after.systemCPUTime - before.userCPUTime - before.systemCPUTime) / 1e6;
console.log(
  JSON.stringify({
    outcome: answer.outcome,
    lines: answer.records_parsed,
    packedMB: Math.round(logs.singlePackedBytes / 1e6),
    seconds: Math.round(seconds * 10) / 10,
    cpuSeconds: Math.round(cpu * 10) / 10,
    packedMBPerCpuSecond: Math.round((logs.singlePackedBytes / 1e6 / cpu) * 10) / 10,
    peakMiB: Math.round(after.maxRSS / 1024),
    tmpdir: tmpdir(),
  }),
);
await store.close();
