import { css } from 'lit';

export const listStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    container-type: inline-size;
    background: var(--bg);
  }
  .top {
    padding-block: 0.375rem;
    padding-inline: 1.25rem 0.5rem;
    border-block-end: 1px solid var(--line);
  }
  .line {
    display: flex;
    align-items: center;
  }
  .line h2 {
    flex: 1;
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .mark-all svg {
    display: none;
  }
  .back {
    margin-inline: -0.75rem auto;
    padding-inline-start: 0.375rem;
  }
  .back svg:dir(rtl) {
    transform: scaleX(-1);
  }
  .filters {
    gap: 0.75rem;
    justify-content: space-between;
  }
  .tabs {
    display: flex;
    flex: none;
    margin-inline-start: -0.75rem;
  }
  .tabs button {
    color: var(--muted);
    white-space: nowrap;
  }
  .tabs button[aria-pressed='true'] {
    color: var(--text);
    background: var(--hover);
  }
  .tabs .n {
    font-weight: 400;
    font-variant-numeric: tabular-nums;
  }
  select {
    flex: 0 1 auto;
    field-sizing: content;
    min-inline-size: 4.5rem;
    min-block-size: 44px;
    padding-inline: 0.5rem 0.25rem;
    border: 0;
    border-radius: 10px;
    background: none;
    color: var(--muted);
    text-overflow: ellipsis;
    cursor: pointer;
  }
  select:hover {
    background: var(--hover);
  }
  /* What is chosen is drawn by the system, in its own colours. */
  option {
    color: var(--text);
    background: var(--bg);
  }
  .scroll {
    flex: 1;
    min-block-size: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }
  .more {
    display: flex;
    justify-content: center;
    padding: 0.5rem;
  }
  .end {
    display: flex;
    justify-content: space-between;
    padding-inline: 0.5rem;
    border-block-start: 1px solid var(--line);
  }
  .delete-read {
    margin-inline-start: auto;
  }
  .undo-bar {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    padding-inline: 1.25rem 0.5rem;
    border-block-start: 1px solid var(--line);
    background: var(--raised);
  }
  .undo-bar span {
    flex: 1;
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    overflow-wrap: anywhere;
  }
  progress {
    flex: 0 1 6rem;
    min-inline-size: 2rem;
    accent-color: var(--accent);
  }
  .bone {
    display: flex;
    gap: 0.75rem;
    padding: 1rem 1.25rem;
  }
  .bone i {
    display: block;
    block-size: 0.75rem;
    border-radius: 6px;
    background: var(--hover);
    margin-block: 0.25rem;
  }
  .bone > i {
    inline-size: 2rem;
    block-size: 2rem;
    border-radius: 50%;
    margin: 0;
  }
  @media (forced-colors: active) {
    .bone i {
      border: 1px solid GrayText;
    }
  }
  .bone div {
    flex: 1;
  }
  .bone div i:last-child {
    inline-size: 55%;
  }
  /* Two lines, on the smallest phone and in the longest language. */
  @container (max-width: 25rem) {
    .top {
      padding-block: 0.125rem;
      padding-inline-start: 1rem;
    }
    /* The panel's edge would cut it off. */
    .top :focus-visible {
      outline-offset: calc(-1 * var(--_ring));
    }
    .mark-all svg {
      display: block;
    }
    .mark-all .label {
      display: none;
    }
    .tabs button {
      padding-inline: 0.75rem;
    }
  }
`;
