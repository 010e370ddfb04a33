import type { ComponentChildren } from 'preact';

interface Props {
  readonly label: string;
  /** What is accepted, and what it means. */
  readonly hint: string;
  readonly children: ComponentChildren;
}

/** A labelled input with what it takes. */
export function Field({ label, hint, children }: Props) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label class="field">
      <span class="field-label">{label}</span>
      {children}
      <span class="quiet field-hint">{hint}</span>
    </label>
  );
}
