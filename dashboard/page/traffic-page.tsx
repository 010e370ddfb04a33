import { PeriodPicker } from './period-picker.tsx';
import { resolveView } from './resolved-view.ts';
import { type FeedStatus, newestOf } from './status.ts';
import { dateIn, keyOf } from './time-keys.ts';
import { useView } from './view.ts';
import { WindowPage } from './window-page.tsx';

interface Props {
  readonly timezone: string;
  readonly feeds: readonly FeedStatus[];
}

/** What was asked for, by whom, in a day, week, month or year. */
export function TrafficPage({ timezone, feeds }: Props) {
  const { view } = useView();
  const newest = newestOf(feeds.map((feed) => feed.newest_event));
  const resolved = resolveView(view, timezone, newest, Date.now());
  const newestKey = newest === undefined ? undefined : keyOf(view.period, dateIn(timezone, newest));
  return (
    <>
      <PeriodPicker view={resolved} timezone={timezone} />
      <WindowPage view={resolved} timezone={timezone} newestKey={newestKey} />
    </>
  );
}
