import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { signOut } from './session.ts';
import { currentTheme, nextTheme, type Theme } from './theme-choice.ts';
import { useView } from './view.ts';

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

const KINDS: Record<string, string> = { standard: 'logs', realtime: 'real-time logs', application: 'events' };

// `standard.E2EXAMPLE` reads as `E2EXAMPLE · logs`.
function feedName(feed: string): string {
  const kind = feed.slice(0, feed.indexOf('.'));
  return `${feed.slice(kind.length + 1)} · ${KINDS[kind] ?? kind}`;
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
