import { css } from 'lit';

/** The full size: it is as long as its rows are, and the tools stay in sight. */
export const inboxStyles = css`
  :host {
    min-block-size: 20rem;
    --_stick: var(--carillon-sticky-top, 0px);
  }
  .scroll {
    overflow: visible;
    outline: none;
  }
  .top {
    padding-inline: 1.125rem 0.5rem;
  }
  .tabs {
    margin-inline-start: -0.625rem;
  }
  .narrow {
    display: flex;
    min-inline-size: 0;
  }
  .only {
    color: var(--muted);
  }
  .only[aria-pressed='true'] {
    color: var(--accent);
    background: var(--tint);
  }
  .tools {
    position: sticky;
    inset-block-start: var(--_stick);
    z-index: 2;
    min-block-size: 3rem;
    padding-inline-end: 0.5rem;
    border-block-end: 1px solid var(--line);
    background: var(--bg);
  }
  .mark-all svg {
    display: block;
  }
  .chosen {
    flex: 1;
    color: var(--muted);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .select {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 44px;
    min-block-size: 44px;
    cursor: pointer;
  }
  input[type='checkbox'] {
    inline-size: 1.125rem;
    block-size: 1.125rem;
    margin: 0;
    accent-color: var(--accent);
    cursor: pointer;
  }
  li .select {
    margin-block-start: 0.5rem;
    margin-inline-start: 0.75rem;
  }
  .tools .select {
    margin-inline-start: 0.75rem;
  }
  li {
    --indent: 6.5rem;
  }
  li .main {
    padding-inline-start: 0.25rem;
    scroll-margin-block: calc(var(--_stick) + 5.5rem) 6rem;
  }
  li.selected,
  li.selected:hover,
  li.selected .actions {
    background: color-mix(in srgb, var(--accent) 12%, var(--bg));
  }
  .day {
    position: sticky;
    inset-block-start: calc(var(--_stick) + 3rem);
    z-index: 1;
    padding: 0.5rem 1.25rem;
    border-block-end: 1px solid var(--line);
    background: var(--raised);
    color: var(--muted);
    font-size: 0.8125rem;
    font-weight: 600;
  }
  .day ~ .day {
    border-block-start: 1px solid var(--line);
  }
  .undo-bar {
    position: sticky;
    inset-block-end: 1rem;
    z-index: 3;
    align-self: center;
    inline-size: min(28rem, calc(100% - 2rem));
    margin-block: 1rem;
    border: 0;
    border-radius: var(--radius);
    box-shadow: var(--shadow);
  }
  .help .line {
    justify-content: space-between;
  }
  .help dl {
    margin: 0.5rem 0 0;
  }
  .help dl > div {
    display: flex;
    justify-content: space-between;
    gap: 1rem;
    padding-block: 0.3125rem;
  }
  .help dd {
    margin: 0;
    white-space: nowrap;
  }
  kbd {
    padding: 0.125rem 0.4375rem;
    border: 1px solid var(--line);
    border-radius: 6px;
    background: var(--raised);
    font: inherit;
    font-size: 0.8125rem;
  }
  @media not (hover: hover) {
    .to-help {
      display: none;
    }
  }
  @container (max-width: 48rem) {
    .tools .label {
      display: none;
    }
    .filters {
      flex-wrap: wrap;
      gap: 0 0.75rem;
    }
  }
  @container (max-width: 30rem) {
    .tabs button {
      padding-inline: 0.625rem;
    }
    .narrow {
      margin-inline-start: -0.625rem;
    }
    .day {
      padding-inline: 1.125rem;
    }
    li .select,
    .tools .select {
      margin-inline-start: 0.25rem;
    }
    li.unread::before {
      inset-inline-start: 0.1875rem;
    }
    li {
      --indent: 3.25rem;
    }
    .actions {
      padding-inline-start: 2.75rem;
    }
  }
  /* The box before it takes the selection back too. */
  @container (max-width: 24rem) {
    .clear {
      display: none;
    }
  }
  @container (max-width: 21rem) {
    .level {
      display: none;
    }
  }
  /* One line each, as a table of mails: the words on one side, the time on the other. */
  @container (min-width: 48rem) {
    .words {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      column-gap: 1.5rem;
      align-items: baseline;
    }
    .about {
      display: contents;
    }
    .body {
      grid-area: 2 / 1;
      -webkit-line-clamp: 1;
    }
    .meta {
      grid-area: 1 / 2;
      display: flex;
      flex-direction: row-reverse;
      gap: 0.375rem;
      margin: 0;
    }
    .who {
      max-inline-size: 16rem;
    }
    .main {
      padding-block: 0.75rem;
    }
    li .select {
      margin-block-start: 0.3125rem;
    }
  }
  @media (hover: hover) and (not (any-pointer: coarse)) {
    @container (min-width: 48rem) {
      li:hover .meta,
      li:focus-within .meta {
        opacity: 0;
      }
    }
  }
`;
