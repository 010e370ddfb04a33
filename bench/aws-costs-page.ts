import { ASSUMED, addedBy, billOf, idleBill, type Measured, totalOf } from './aws-bill.ts';

/** The page about costs: it follows from what was measured, the prices and what is assumed. */
export function costsPage(measured: Measured): string {
  const bills = [idleBill(measured), ...measured.hours.map((hour) => billOf(hour, measured))];
  const added = measured.reporting.map((hour) => addedBy(hour, measured));
  const names = Object.keys(bills[0]!.lines);
  const row = (name: string, cells: readonly string[]) => `| ${[name, ...cells].join(' | ')} |`;
  const rows = names.map((name) =>
    row(
      name,
      bills.map(({ lines }) => dollars(lines[name] ?? 0)),
    ),
  );
  return `# What running it on AWS costs

US dollars a month at the list prices of us-east-1, without any free tier. Written by \`npm run costs\`, from requests that were counted while the real steps worked on generated logs, and from sizes and processor time that were measured there (\`bench/aws-costs.json\`); a test compares this page with them. No AWS bill was looked at: **these are calculations**. CloudFront itself, its delivery of logs and your site are not among them.

${row(
  'requests a month',
  bills.map(({ requests }) => (requests === 0 ? 'none' : round(requests))),
)}
|---|${bills.map(() => '--:').join('|')}|
${row('log objects an hour', ['0', ...measured.hours.map(({ objects }) => String(objects))])}
${rows.join('\n')}
${row(
  '**all**',
  bills.map((bill) => `**${dollars(totalOf(bill))}**`),
)}

## Reading it

- **What is paid for nothing**: ${dollars(totalOf(bills[0]!))} a month. ${measured.alarmMetrics} metrics of alarms at $0.10 and a page of graphs at $3 are most of it; then functions that ask ${measured.standardQueues + measured.fifoQueues} queues all day, the two schedules, and asking for costs (\`BACKBONE_COSTS=off\` spares that).
- **What grows with traffic is the number of log objects, more than that of requests**: each is read, noted and archived once, and changes at least one half-hour and six roll-ups, which are written at most once a minute (days and above: five minutes) however many objects arrive.
- AWS's free tier (a million calls and 400,000 GB-seconds of Lambda, a million requests to SQS, ten alarms, three pages of graphs, 100,000 traces, 5 GB of logs) takes most of the first columns away.
- Storage is what lies there after a year: originals of 14 days, raw batches of 90, everything above them of a year, old versions of a week.

## What applications add

For an application that reports around the clock, in posts of 10 and of 100 events, beside the table above:

${row(
  'events a month',
  added.map(({ requests }) => round(requests)),
)}
|---|${added.map(() => '--:').join('|')}|
${row(
  'posts an hour',
  measured.reporting.map(({ posts }) => String(posts)),
)}
${Object.keys(added[0]!.lines)
  .map((name) =>
    row(
      name,
      added.map(({ lines }) => dollars(lines[name] ?? 0)),
    ),
  )
  .join('\n')}
${row(
  '**all**',
  added.map((bill) => `**${dollars(totalOf(bill))}**`),
)}

What counts is in how many minutes of a month something is reported, more than how much: each makes three calls of \`record-events\` at most, and changes a half-hour and an hour. A use of a token is a post of its own, with a GET and a PUT; an event of a transfer has some more.

## What is counted, and how

An hour of steady traffic runs through \`ingest\`, \`consolidate\`, \`aggregate\`, \`archive\` and \`sweep\` on a store that counts, under a clock of its own, with the slots of the queues; the second of two hours counts, 730 times. Calls:

| in that hour | ${measured.hours.map(({ objects }) => `${objects} objects`).join(' | ')} |
|---|${measured.hours.map(() => '--:').join('|')}|
${Object.keys(measured.hours[0]!.steps)
  .toSorted()
  .map((name) =>
    row(
      `\`${name}\`: calls; PUT, COPY and LIST; GET and HEAD`,
      measured.hours.map(({ steps }) => counts(steps[name]!)),
    ),
  )
  .join('\n')}

Not measured, and assumed to be on the dear side:

- CloudFront delivers "several" files an hour; 4, 12 and 120 are guesses. ${perThousand(measured)}
- A request to S3 takes ${ASSUMED.s3Seconds} s and one follows the other; each call starts its function anew, in ${ASSUMED.startSeconds} s. Processor time is that of one core of a shared server.
- A call writes ${ASSUMED.logBytes} bytes of logs, and every call is traced (X-Ray takes a sample).
- ${ASSUMED.pollers} pollers ask each queue ${ASSUMED.emptyAnswers} times an hour. ${ASSUMED.apiRequests.toLocaleString('en')} requests a month ask the API; the dashboard's own traffic is left out.
- A log object makes ${ASSUMED.eventsOfObject} events of S3 (it arrives, is copied, deleted, and the copy expires): the bucket announces all of them, and the rule picks the first. Tables disagree whether S3's events cost $1 a million or nothing; they are counted.

Prices and where they were read: \`bench/aws-prices.ts\`. **Three of them are unverified**, written from memory: a function's \`/tmp\` above 512 MB, Secrets Manager, and API Gateway. An alarm watches the largest part that can run away, the functions' time (\`BACKBONE_DAILY_COST_LIMIT\`); a budget of AWS Budgets on the whole account is wise besides.
`;
}

function counts({ calls, writes, reads }: { calls: number; writes: number; reads: number }): string {
  return `${calls}; ${writes}; ${reads}`;
}

/** What the last column pays for its objects beyond nothing, by the thousand. */
function perThousand(measured: Measured): string {
  const hour = measured.hours.at(-1)!;
  const variable = totalOf(billOf(hour, measured)) - totalOf(idleBill(measured));
  return `In the last column a thousand objects cost ${dollars((variable * 1_000) / (hour.objects * 730))}.`;
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

function round(requests: number): string {
  const [power, unit] = requests > 5e5 ? [1e6, ' M'] : [1e3, ' k'];
  return `${Math.round(requests / power)}${unit}`;
}
