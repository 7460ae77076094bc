import { css } from 'lit';

/** The full size: it is as long as its rows are, and the tools stay in sight. */
export const inboxStyles = css`
  :host {
    min-block-size: 20rem;
    --_stick: var(--carillon-sticky-top, 0px);
    --_tools: calc(44px + 0.5rem);
  }
  .scroll {
    overflow: visible;
    outline: none;
  }
  .top {
    padding-inline: 1.25rem 0.5rem;
  }
  .tools {
    position: sticky;
    inset-block-start: var(--_stick);
    z-index: 2;
    min-block-size: var(--_tools);
    padding-inline-end: 0.5rem;
    border-block-end: 1px solid var(--line);
    background: var(--bg);
  }
  .mark-all svg {
    display: block;
  }
  .chosen {
    min-inline-size: 0;
    line-height: 1.25;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  .chosen:not(:empty),
  .narrow {
    flex: 1;
  }
  .narrow {
    display: flex;
    gap: 0.5rem;
    min-inline-size: 0;
  }
  /* Where there is nothing to select. */
  .chosen:first-child {
    padding-inline-start: 1rem;
  }
  .only {
    flex: none;
  }
  .only,
  .narrow select {
    border: 1px solid var(--line);
    border-radius: 99px;
    color: var(--muted);
    white-space: nowrap;
  }
  .only[aria-pressed='true'] {
    border-color: var(--accent);
    color: var(--accent);
    background: var(--tint);
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
    grid-area: 1 / 1;
    margin-block-start: 0.5rem;
    margin-inline-start: 0.75rem;
  }
  .tools .select {
    margin-inline-start: 0.75rem;
  }
  li {
    --indent: calc(44px + 3.75rem);
  }
  li .main {
    padding-inline-start: 0.25rem;
    scroll-margin-block: calc(var(--_stick) + 5.5rem) 6rem;
  }
  li.selected {
    --_row: color-mix(in srgb, var(--accent) 12%, var(--bg));
  }
  .day {
    position: sticky;
    inset-block-start: calc(var(--_stick) + var(--_tools));
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
  @media (hover: hover) and (not (any-pointer: coarse)) {
    .narrow > * {
      min-block-size: 2.25rem;
    }
  }
  @media not (hover: hover) {
    .to-help {
      display: none;
    }
  }
  @media (forced-colors: active) {
    .only {
      border-color: ButtonText;
    }
    li.selected {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
  @container (max-width: 48rem) {
    .tools .label {
      display: none;
    }
  }
  @container (max-width: 30rem) {
    .top {
      padding-inline-start: 1.125rem;
    }
    .tabs button {
      padding-inline: 0.625rem;
    }
    .tabs {
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
      --indent: calc(44px + 0.5rem);
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
    /* So that how many are selected is read in full, in the longest language too. */
    .chosen {
      font-size: 0.75rem;
    }
    .tools {
      padding-inline-end: 0.25rem;
    }
    .tools .text {
      min-inline-size: 0;
      padding-inline: 0.625rem;
    }
    .narrow {
      gap: 0.25rem;
    }
    .narrow > * {
      padding-inline: 0.5rem 0.25rem;
      font-size: 0.8125rem;
    }
    .only {
      padding-inline-end: 0.5rem;
    }
  }
  /* As a table of mails: the words, from whom and of what kind, and when, each in its column. */
  @container (min-width: 48rem) {
    .words {
      display: grid;
      grid-template-columns: minmax(0, 1fr) fit-content(55%);
      column-gap: 1.5rem;
      align-items: baseline;
    }
    .about {
      display: contents;
    }
    .title {
      -webkit-line-clamp: 2;
    }
    .body {
      grid-area: 2 / 1;
      -webkit-line-clamp: 1;
    }
    .meta {
      grid-area: 1 / 2;
      display: flex;
      gap: 0.375rem;
      margin: 0;
      white-space: nowrap;
    }
    .who,
    .kind {
      max-inline-size: 14rem;
      overflow: hidden;
      text-overflow: ellipsis;
    }
    .when {
      order: 1;
      flex: none;
      min-inline-size: 10.5rem;
      text-align: end;
    }
    .when + .dot {
      display: none;
    }
    .main {
      padding-block: 0.75rem;
    }
    li .select {
      margin-block-start: 0.375rem;
    }
    li.unread::before {
      inset-block-start: 1.5625rem;
    }
  }
  @media (hover: hover) and (not (any-pointer: coarse)) {
    @container (min-width: 48rem) {
      .actions,
      .menu .actions {
        inset-block: 0;
        block-size: auto;
        background: none;
      }
      li:hover .when,
      li:focus-within .when {
        opacity: 0;
      }
    }
  }
`;
