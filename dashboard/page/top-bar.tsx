import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { feedName } from './feed-name.ts';
import { signOut } from './session.ts';
import { currentTheme, nextTheme, type Theme } from './theme-choice.ts';
import { PAGES, type PageName, useView } from './view.ts';
import { ViewLink } from './view-link.tsx';

interface Props {
  readonly feeds: readonly string[];
  readonly hosts: readonly string[];
  readonly children?: ComponentChildren;
  /** A line of its own below. */
  readonly news?: ComponentChildren;
}

const THEMES: Record<Theme, { icon: string; name: string }> = {
  auto: { icon: '◐', name: 'Theme: as the system' },
  light: { icon: '☀', name: 'Theme: light' },
  dark: { icon: '☾', name: 'Theme: dark' },
};

/** Whose numbers these are, how fresh, and the page's own switches. */
export function TopBar({ feeds, hosts, children, news }: Props) {
  const { view, go } = useView();
  return (
    <header class="top-bar">
      <Brand />
      <PageLinks />
      {feeds.length > 1 && (
        <Picker
          label="Feed"
          all="Main feeds"
          options={feeds}
          value={view.feed}
          nameOf={feedName}
          pick={(feed) => go({ feed })}
        />
      )}
      {hosts.length > 0 && (
        <Picker
          label="Host"
          all="All hosts"
          options={hosts}
          value={view.host}
          pick={(host) => go({ host })}
        />
      )}
      <span class="spring" />
      {children}
      <ThemeSwitch />
      <button type="button" class="button quiet" onClick={signOut}>
        Sign out
      </button>
      {news}
    </header>
  );
}

const PAGE_NAMES: Record<PageName, string> = { traffic: 'Traffic', pulse: 'Pulse', tokens: 'Tokens' };

function PageLinks() {
  const { view } = useView();
  return (
    <nav class="pages" aria-label="Pages">
      {PAGES.map((page) => (
        <ViewLink key={page} to={{ page, token: undefined }} current={page === view.page}>
          {PAGE_NAMES[page]}
        </ViewLink>
      ))}
    </nav>
  );
}

export function Brand() {
  return (
    <span class="brand">
      <img src="/favicon.svg" alt="" width="22" height="22" />
      Backbone
    </span>
  );
}

interface PickerProps {
  readonly label: string;
  readonly all: string;
  readonly options: readonly string[];
  readonly value: string | undefined;
  readonly nameOf?: (option: string) => string;
  readonly pick: (value: string | undefined) => void;
}

function Picker({ label, all, options, value, nameOf = String, pick }: PickerProps) {
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => pick(event.currentTarget.value || undefined)}
    >
      <option value="">{all}</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {nameOf(option)}
        </option>
      ))}
    </select>
  );
}

function ThemeSwitch() {
  const [theme, setTheme] = useState(currentTheme);
  const { icon, name } = THEMES[theme];
  return (
    <button
      type="button"
      class="button quiet icon"
      aria-label={name}
      title={name}
      onClick={() => setTheme(nextTheme())}
    >
      {icon}
    </button>
  );
}
