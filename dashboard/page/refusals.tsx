import { exact } from './numbers.ts';
import type { StepStatus } from './status.ts';
import { ago } from './times.ts';

/** Older troubles are told in the explanation of how fresh the data is. */
const NEWS = 7 * 86_400_000;

/** A file that was still incomplete is tried again by itself. */
const PASSING = 3_600_000;

/** A line that says so when log files were refused of late, and why the newest was. */
export function Refusals({ ingest }: { ingest: StepStatus | undefined }) {
  const { refused = 0, last_error = null } = ingest ?? {};
  if (last_error === null) return null;
  const age = Date.now() - new Date(last_error.at).getTime();
  if (age > (refused > 0 ? NEWS : PASSING)) return null;
  return (
    <p class="refusals" role="status" data-refused={refused}>
      <b>
        {refused > 0
          ? `${exact(refused)} log ${refused === 1 ? 'file' : 'files'} refused`
          : 'Not taken in yet'}
      </b>
      ,{refused > 0 && ' last'} {ago(last_error.at, Date.now())}: {reasonOf(last_error.message)}
    </p>
  );
}

/** What went wrong with a file, under the name that it arrived with. */
export function reasonOf(message: string): string {
  return message.replace(/^live\//, '');
}
