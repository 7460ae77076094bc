import { css } from 'lit';

/** What a row of the list and a toast have in common: a level, a title, a body. */
export const messageStyles = css`
  .level {
    display: grid;
    place-items: center;
    inline-size: 2rem;
    block-size: 2rem;
    border-radius: 50%;
    flex: none;
    color: var(--info);
    background: color-mix(in srgb, currentColor 13%, transparent);
  }
  .level svg {
    inline-size: 1.125rem;
    block-size: 1.125rem;
  }
  .level.success {
    color: var(--success);
  }
  .level.warning {
    color: var(--warning);
  }
  .level.error {
    color: var(--error);
  }
  .words {
    flex: 1;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  /* Each begins in its own direction, and all stand on the page's side. */
  .title,
  .body {
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  .body {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
    overflow: hidden;
    color: var(--muted);
    white-space: pre-line;
  }
  @media (forced-colors: active) {
    .level {
      border: 1px solid;
    }
  }
`;
