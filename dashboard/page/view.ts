import { createContext } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import { isTimeKey, PERIODS, type Period } from './time-keys.ts';

export const CLASSES = ['human', 'bot', 'probe', 'monitor', 'all'] as const;
export type ClassChoice = (typeof CLASSES)[number];

export const COMPARED = ['previous', 'weekdays', 'none'] as const;
/** With what the window is compared. */
export type Compared = (typeof COMPARED)[number];

export const PAGES = ['traffic', 'pulse', 'tokens'] as const;
export type PageName = (typeof PAGES)[number];

/** How far back the pulse looks, minutes. */
export const MINUTES = [5, 15, 60] as const;
export type Minutes = (typeof MINUTES)[number];

/** In the place of a token's name: the form for a new one. No token can be called so. */
export const NEW_TOKEN = 'new';

/** What the page shows. All of it is in the address, so that links and the back button work. */
export interface View {
  readonly page: PageName;
  /** Of the pulse. */
  readonly minutes: Minutes;
  /** Name of the token that is shown; absent: the list. */
  readonly token?: string | undefined;
  /** Status of the tokens that are listed. */
  readonly status?: string | undefined;
  /** What the names of listed tokens begin with. */
  readonly q?: string | undefined;
  readonly period: Period;
  /** Time key of the window; absent: the newest one. */
  readonly key?: string | undefined;
  readonly feed?: string;
  readonly host?: string;
  readonly class: ClassChoice;
  /** Granularity of the chart; absent: the period's usual one. */
  readonly by?: string;
  /** Measures of the chart. */
  readonly show?: string;
  readonly compare: Compared;
  /** `dimension:value`; all of them hold for what is counted. */
  readonly filters: readonly string[];
}

/** Reads a view from an address' query. What it does not know it leaves out: an old link still opens. */
export function parseView(query: string): View {
  const given = new URLSearchParams(query);
  const period = PERIODS.find((name) => name === given.get('period')) ?? 'daily';
  const key = given.get('key');
  const optional = Object.fromEntries(
    OPTIONAL.flatMap((name) => (given.get(name) ? [[name, given.get(name)]] : [])),
  );
  const page = PAGES.find((name) => name === given.get('page')) ?? 'traffic';
  const minutes = MINUTES.find((count) => String(count) === given.get('minutes')) ?? 5;
  const shown = CLASSES.find((name) => name === given.get('class')) ?? 'human';
  const compare = COMPARED.find((name) => name === given.get('compare')) ?? 'previous';
  const filters = [...new Set(given.getAll('filter'))];
  return {
    page,
    minutes,
    period,
    class: shown,
    compare,
    filters,
    ...optional,
    ...(key && isTimeKey(period, key) ? { key } : {}),
  };
}

const OPTIONAL = ['feed', 'host', 'by', 'show', 'token', 'status', 'q'] as const;
const USUAL: Partial<View> = {
  page: 'traffic',
  minutes: 5,
  period: 'daily',
  class: 'human',
  compare: 'previous',
};

/** What is in the address of each page. */
const MEMBERS = {
  traffic: ['period', 'key', 'feed', 'host', 'class', 'by', 'show', 'compare'],
  pulse: ['page', 'minutes', 'class'],
  tokens: ['page', 'token', 'status', 'q'],
} as const satisfies Record<PageName, readonly (keyof View)[]>;

/** The address of a view; what is usual is left out, and so is what is of other pages. */
export function viewAddress(view: View): string {
  const query = new URLSearchParams();
  for (const name of MEMBERS[view.page]) {
    const value = view[name];
    if (value && value !== USUAL[name]) query.set(name, String(value));
  }
  if (view.page === 'traffic') for (const filter of view.filters) query.append('filter', filter);
  return query.size === 0 ? location.pathname : `${location.pathname}?${query}`;
}

interface ViewControl {
  readonly view: View;
  readonly go: (change: Partial<View>) => void;
  /** The same without a step back: while somebody types. */
  readonly replace: (change: Partial<View>) => void;
  readonly href: (change: Partial<View>) => string;
}

export const ViewContext = createContext<ViewControl | undefined>(undefined);

/** The shown view and how to change it. */
export function useView(): ViewControl {
  const control = useContext(ViewContext);
  if (control === undefined) throw new Error('useView() outside a ViewContext');
  return control;
}

/** Owns the view: follows the address, and writes it. */
export function useViewControl(): ViewControl {
  const [view, setView] = useState(() => parseView(location.search));
  useEffect(() => {
    const follow = () => setView(parseView(location.search));
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);
  return useMemo(() => {
    const href = (change: Partial<View>) => viewAddress({ ...view, ...change });
    const go = (change: Partial<View>) => {
      history.pushState(null, '', href(change));
      setView({ ...view, ...change });
      if ('page' in change || 'token' in change) scrollTo(0, 0);
    };
    const replace = (change: Partial<View>) => {
      history.replaceState(null, '', href(change));
      setView({ ...view, ...change });
    };
    return { view, go, replace, href };
  }, [view]);
}
