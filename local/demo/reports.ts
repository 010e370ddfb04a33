import type { DemoRequest } from './demo-day.ts';
import type { Told } from './told.ts';

/** What the application behind the site reports: a request that it answered, and what that one was about. */
export interface Report {
  /** Epoch ms. */
  readonly at: number;
  /** The same on every run. */
  readonly id: string;
  readonly request: DemoRequest;
  /** Absent: the request itself. */
  readonly told?: Told;
}

/** In order of time. What failed was not done: only its call is reported. */
export function reportsOf(requests: readonly DemoRequest[]): Report[] {
  return requests.flatMap(reportsOfRequest).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

function reportsOfRequest(request: DemoRequest): Report[] {
  const id = request.requestId.slice(0, 24);
  const reports: Report[] = isAnswered(request) ? [{ at: request.finished, id, request }] : [];
  if (!/^(20[06]|304)$/.test(request.status)) return reports;
  const told = request.tells.map((told, index) => ({
    at: timeOf(told, request),
    id: `${id}-${index}`,
    request,
    told,
  }));
  return [...reports, ...told];
}

/** The edge answers pages and much of the files; the rest is the application's. */
function isAnswered({ path, responseResult }: DemoRequest): boolean {
  const isOwn = path.startsWith('/api/') || path.startsWith('/transfers/');
  return isOwn && (responseResult === 'Miss' || responseResult === 'Error');
}

function timeOf(told: Told, { finished, timeTaken }: DemoRequest): number {
  const isStart = 'event' in told && told.event === 'download_started';
  return isStart ? finished - timeTaken : finished;
}
